#pragma once

#include <vector>

#include "engine/render/illumination.h"
#include "engine/render/light_field.h"

namespace stage::engine {

class SunLight;

/// The light field baked into a few texels a face, so that millions of bounces
/// can look it up; furniture's own shadow on the room may be baked in too.
class PhotoIllumination final : public Illumination {
 public:
  /// @param photo_linear  render-size photo for sharp reflections; must outlive
  PhotoIllumination(const LightField& field, const ImageF& photo_linear);

  Color Escape(const Eigen::Vector3f& origin,
               const Eigen::Vector3f& direction,
               RayKind kind) const override;
  LightSample SampleLight(const Eigen::Vector3f& point,
                          const Eigen::Vector3f& normal,
                          Sampler& sampler) const override {
    return SampleLights(field_.windows, point, normal, sampler);
  }
  LightSample SampleSun(const Eigen::Vector3f& point,
                        const Eigen::Vector3f& normal,
                        Sampler& sampler) const override;
  /// From now on `sun` shines on furniture; it must outlive this.
  void SetSun(const SunLight* sun) { sun_ = sun; }
  const SunLight* sun() const { return sun_; }
  const ImageF& photo_linear() const { return photo_; }
  /// What the photo shows of a point, or the light field out of the picture.
  Color PhotoAt(const RoomHit& hit) const;
  /// Radiance of the empty room for diffuse light; 0 inside windows.
  Color EmptyRoom(const RoomHit& hit) const;
  const LightField& field() const { return field_; }

  /// Texels of a face, to bake how much light furniture leaves it.
  int TexelCount(int face) const;
  Eigen::Vector3f TexelCenter(int face, int texel) const;
  /// Diffuse rays that leave furniture see the room darkened by `ratio`.
  void SetTexelRatio(int face, int texel, const Color& ratio);

 private:
  struct Bake {
    int columns = 0, rows = 0;
    std::vector<float> empty;      // RGB a texel
    std::vector<float> furnished;  // the same times the ratio
  };
  Color Read(const RoomHit& hit, const std::vector<float> Bake::*layer) const;

  const LightField& field_;
  const ImageF& photo_;
  const SunLight* sun_ = nullptr;
  std::vector<Bake> bakes_;
};

}  // namespace stage::engine
