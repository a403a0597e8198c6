#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stage::engine {

/// Red, green and blue one after the other, display values 0..1, rows from the
/// top: what networks take and give.
struct PlanarImage {
  int width = 0;
  int height = 0;
  std::vector<float> values;  ///< 3 * height * width

  PlanarImage() = default;
  PlanarImage(int image_width, int image_height)
      : width(image_width),
        height(image_height),
        values(3 * static_cast<size_t>(image_width) * image_height) {}
  float* row(int channel, int y) {
    return values.data() + (static_cast<size_t>(channel) * height + y) * width;
  }
  const float* row(int channel, int y) const {
    return values.data() + (static_cast<size_t>(channel) * height + y) * width;
  }
};

/// A network that enlarges pictures. Not for several threads at once.
class Upscaler {
 public:
  virtual ~Upscaler() = default;
  /// Pixels of the result a pixel, each way.
  virtual int factor() const = 0;
  /// How far around a pixel lies what its enlargement depends on; nearer than
  /// this to its edge a picture is enlarged with less than it takes.
  virtual int reach_px() const = 0;
  /// @return `factor` times as wide and high; about 0..1, not clamped
  virtual PlanarImage Enlarge(const PlanarImage& image) = 0;
};

/// A network that fills holes in pictures. Not for several threads at once.
class Filler {
 public:
  virtual ~Filler() = default;
  /// @param hole  one value a pixel in rows, not 0: to be filled
  /// @return the picture's size, about 0..1
  virtual PlanarImage Fill(const PlanarImage& image,
                           const std::vector<uint8_t>& hole) = 0;
};

/// What a segmentation network sees where.
struct LabelledPicture {
  int width = 0;
  int height = 0;
  std::vector<uint16_t> label;     ///< index into the network's labels, rows
  std::vector<float> probability;  ///< of that label, 0..1
};

/// A network that tells what is where. Not for several threads at once.
class Segmenter {
 public:
  virtual ~Segmenter() = default;
  virtual const std::vector<std::string>& labels() const = 0;
  /// @return the size of the picture
  virtual LabelledPicture Segment(const PlanarImage& image) = 0;
};

/// How far away a network takes what is in a picture to be.
struct DepthPicture {
  int width = 0;
  int height = 0;
  std::vector<float> values;  ///< rows; see DepthEstimator::is_metric
};

/// A network that tells how far away things are. Not for several threads at
/// once.
class DepthEstimator {
 public:
  virtual ~DepthEstimator() = default;
  /// True: values are metres along the optical axis; false: inverse distances
  /// but for a scale and an offset.
  virtual bool is_metric() const = 0;
  /// @return the size of the picture
  virtual DepthPicture Estimate(const PlanarImage& image) = 0;
};

/// A network that tells which of several texts goes with a picture. Not for
/// several threads at once.
class Recogniser {
 public:
  virtual ~Recogniser() = default;
  /// @return one a text, summing to 1
  virtual std::vector<float> Probabilities(const PlanarImage& image) = 0;
};

/// All that needs libtorch, as the rest of the engine sees it. Lives in a
/// shared module of its own, which OpenNetworks opens on demand.
class Networks {
 public:
  virtual ~Networks() = default;
  /// @param weights  .safetensors or .pth
  /// @param threads  processor threads that the upscaler uses
  /// @throws Error(kModel) when the weights are of no known upscaler
  virtual std::unique_ptr<Upscaler> OpenUpscaler(
      const std::filesystem::path& weights, int threads) = 0;
  /// @param weights  LaMa: TorchScript, .ckpt, .pth or .safetensors
  /// @throws Error(kModel) when the weights are of no known network
  virtual std::unique_ptr<Filler> OpenFiller(
      const std::filesystem::path& weights, int threads) = 0;
  /// @param folder  a published SegFormer: config.json and weights
  /// @throws Error(kModel) when it is none
  virtual std::unique_ptr<Segmenter> OpenSegmenter(
      const std::filesystem::path& folder, int threads) = 0;
  /// @param folder  a published Depth Anything or DPT: config.json,
  ///                preprocessor_config.json and weights
  /// @throws Error(kModel) when it is none
  virtual std::unique_ptr<DepthEstimator> OpenDepthEstimator(
      const std::filesystem::path& folder, int threads) = 0;
  /// @param folder  a published CLIP: config.json, weights, tokenizer
  /// @param texts   what pictures may show, as a caption would say it
  /// @throws Error(kModel) when it is none
  virtual std::unique_ptr<Recogniser> OpenRecogniser(
      const std::filesystem::path& folder,
      const std::vector<std::string>& texts,
      int threads) = 0;
};

/// Bumped when the classes above change shape.
inline constexpr int kNetworksAbi = 4;

}  // namespace stage::engine

/// The module's only exported entry; nullptr when `abi` does not match.
extern "C" stage::engine::Networks* stage_open_networks(int abi);
