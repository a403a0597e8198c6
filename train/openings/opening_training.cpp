#include "openings/opening_training.h"

#include <Eigen/Core>
#include <cmath>
#include <cstdio>
#include <random>

namespace stage::train {
namespace {

using Eigen::MatrixXf;
using Eigen::VectorXf;
using engine::kOpeningCues;
using engine::OpeningNetwork;

constexpr int kHidden = OpeningNetwork::kHidden;
constexpr int kBatch = 512;
constexpr int kSteps = 4000;
/// After this share of steps wrong rectangles that look right are shown often.
constexpr double kWarmUp = 0.2;
constexpr float kHardFactor = 5, kHardLogit = -1;
constexpr float kFirstRate = 4e-3f, kLastRate = 1e-4f, kWeightDecay = 0.03f;
/// In standard deviations. Photos are less tidy than rendered rooms, and a
/// network that knows cues no better than that judges other pictures well.
constexpr float kCueBlur = 0.6f;

/// A tensor with what Adam remembers of it.
struct Parameter {
  MatrixXf value, mean, square;
  Parameter(int rows, int columns, float deviation, std::mt19937& random)
      : value(rows, columns),
        mean(MatrixXf::Zero(rows, columns)),
        square(MatrixXf::Zero(rows, columns)) {
    std::normal_distribution<float> normal(0, deviation);
    for (float& v : value.reshaped()) v = normal(random);
  }
  void Step(const MatrixXf& gradient, int step, float rate, float decay) {
    constexpr float kMean = 0.9f, kSquare = 0.999f;
    mean = kMean * mean + (1 - kMean) * gradient;
    square = kSquare * square + (1 - kSquare) * gradient.cwiseAbs2();
    const float m = 1 - std::pow(kMean, static_cast<float>(step));
    const float s = 1 - std::pow(kSquare, static_cast<float>(step));
    value -=
        rate *
        (decay * value +
         ((mean / m).array() / ((square / s).array().sqrt() + 1e-8f)).matrix());
  }
};

class Trainer {
 public:
  explicit Trainer(const std::vector<OpeningExample>& examples)
      : random_(7),
        hidden_(kHidden, kOpeningCues, 0.15f, random_),
        hidden_bias_(kHidden, 1, 0, random_),
        output_(kHidden, 1, 0.3f, random_),
        direct_(kOpeningCues, 1, 0.01f, random_),
        bias_(1, 1, 0, random_),
        examples_(examples) {
    Standardize();
  }

  OpeningNetwork Train() {
    std::vector<float> shown = Weights(false);
    std::discrete_distribution<size_t> pick(shown.begin(), shown.end());
    double loss = 0;
    for (int step = 1; step <= kSteps; ++step) {
      if (step > kWarmUp * kSteps && step % (kSteps / 20) == 0) {
        shown = Weights(true);
        pick = std::discrete_distribution<size_t>(shown.begin(), shown.end());
      }
      loss += (Step(pick, step) - loss) / 50;
    }
    std::printf("%zu examples, loss %.4f\n", examples_.size(), loss);
    return Result();
  }

 private:
  void Standardize() {
    mean_ = VectorXf::Zero(kOpeningCues);
    VectorXf square = mean_;
    for (const OpeningExample& example : examples_) {
      const Eigen::Map<const VectorXf> cues(example.cues.data(), kOpeningCues);
      mean_ += cues;
      square += cues.cwiseAbs2();
    }
    const auto n = static_cast<float>(examples_.size());
    mean_ /= n;
    constexpr float kLeastDeviation = 0.03f;
    scale_ = ((square / n - mean_.cwiseAbs2()).cwiseMax(0).array().sqrt() +
              kLeastDeviation)
                 .inverse();
    cues_.resize(kOpeningCues, static_cast<Eigen::Index>(examples_.size()));
    for (size_t i = 0; i < examples_.size(); ++i) {
      const Eigen::Map<const VectorXf> cues(examples_[i].cues.data(),
                                            kOpeningCues);
      cues_.col(static_cast<Eigen::Index>(i)) =
          (cues - mean_).cwiseProduct(scale_);
    }
  }

  MatrixXf Activations(const MatrixXf& cues) const {
    return ((hidden_.value * cues).colwise() + hidden_bias_.value.col(0))
        .cwiseMax(0);
  }
  VectorXf Logits(const MatrixXf& cues, const MatrixXf& activations) const {
    return ((activations.transpose() * output_.value +
             cues.transpose() * direct_.value)
                .array() +
            bias_.value(0, 0))
        .matrix();
  }

  std::vector<float> Weights(bool hard) const {
    std::vector<float> weights;
    VectorXf logits;
    if (hard) logits = Logits(cues_, Activations(cues_));
    for (size_t i = 0; i < examples_.size(); ++i) {
      const bool is_hard = hard && examples_[i].target == 0 &&
                           logits[static_cast<Eigen::Index>(i)] > kHardLogit;
      weights.push_back(examples_[i].weight * (is_hard ? kHardFactor : 1));
    }
    return weights;
  }

  double Step(std::discrete_distribution<size_t>& pick, int step) {
    MatrixXf cues(kOpeningCues, kBatch);
    VectorXf target(kBatch);
    for (int i = 0; i < kBatch; ++i) {
      const size_t example = pick(random_);
      cues.col(i) = cues_.col(static_cast<Eigen::Index>(example));
      target[i] = examples_[example].target;
    }
    for (float& cue : cues.reshaped()) cue += blur_(random_);
    const MatrixXf activations = Activations(cues);
    const VectorXf logits = Logits(cues, activations);
    const VectorXf guess = (1 + (-logits.array()).exp()).inverse().matrix();
    const VectorXf error = (guess - target) / kBatch;
    const MatrixXf back =
        (output_.value * error.transpose())
            .cwiseProduct((activations.array() > 0).cast<float>().matrix());
    const float t = static_cast<float>(step) / kSteps;
    const float rate = kFirstRate * (1 - t) + kLastRate * t;
    hidden_.Step(back * cues.transpose(), step, rate, kWeightDecay);
    hidden_bias_.Step(back.rowwise().sum(), step, rate, 0);
    output_.Step(activations * error, step, rate, kWeightDecay);
    direct_.Step(cues * error, step, rate, kWeightDecay);
    bias_.Step(MatrixXf::Constant(1, 1, error.sum()), step, rate, 0);
    const auto g = guess.array().cwiseMax(1e-6f).cwiseMin(1 - 1e-6f);
    return -(target.array() * g.log() + (1 - target.array()) * (1 - g).log())
                .mean();
  }

  /// The network for cues as they are measured.
  OpeningNetwork Result() const {
    OpeningNetwork network;
    network.bias = bias_.value(0, 0);
    for (int c = 0; c < kOpeningCues; ++c) {
      network.direct[c] = direct_.value(c, 0) * scale_[c];
      network.bias -= network.direct[c] * mean_[c];
    }
    for (int h = 0; h < kHidden; ++h) {
      network.output[h] = output_.value(h, 0);
      network.hidden_bias[h] = hidden_bias_.value(h, 0);
      for (int c = 0; c < kOpeningCues; ++c) {
        network.hidden[h][c] = hidden_.value(h, c) * scale_[c];
        network.hidden_bias[h] -= network.hidden[h][c] * mean_[c];
      }
    }
    return network;
  }

  std::mt19937 random_;
  Parameter hidden_, hidden_bias_, output_, direct_, bias_;
  const std::vector<OpeningExample>& examples_;
  std::normal_distribution<float> blur_{0, kCueBlur};
  VectorXf mean_, scale_;
  MatrixXf cues_;  ///< [kOpeningCues, examples], standardised
};

}  // namespace

engine::OpeningNetwork TrainOpeningNetwork(
    const std::vector<OpeningExample>& examples) {
  return Trainer(examples).Train();
}

}  // namespace stage::train
