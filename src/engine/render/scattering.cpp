#include "engine/render/scattering.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

// Rough surfaces reflect less at grazing angles than Schlick's formula says.
Color Fresnel(const Surface& surface, float cosine) {
  const float grazing = std::max(0.0f, 1 - surface.alpha);
  const Color top = surface.specular_f0.max(grazing);
  return surface.specular_f0 +
         (top - surface.specular_f0) * SchlickWeight(cosine);
}

float SmithLambda(float cosine, float alpha) {
  const float c2 = std::max(cosine * cosine, 1e-8f);
  const float tan2 = std::max(0.0f, 1 - c2) / c2;
  return 0.5f * (std::sqrt(1 + alpha * alpha * tan2) - 1);
}

// Light that bounces between the microfacets of rough metal comes out too
// (Turquin, "Practical multiple scattering compensation", 2019); the albedo of
// single scattering is fitted by 1 - 0.55 alpha^1.2.
Color Compensation(const Surface& surface) {
  const float single = 1 - 0.55f * std::pow(surface.alpha, 1.2f);
  return 1 + surface.specular_f0 * (1 / single - 1);
}

}  // namespace

float SpecularShare(const Surface& surface, const Eigen::Vector3f& direction) {
  if (surface.specular_f0.maxCoeff() <= 0) return 0;
  const float cosine = std::max(0.0f, -direction.dot(surface.normal));
  const float reflected = Luminance(Fresnel(surface, cosine));
  const float diffuse = Luminance(surface.diffuse) * (1 - reflected);
  if (diffuse <= 1e-4f) return 1;
  return std::clamp(reflected / (reflected + diffuse), 0.1f, 0.95f);
}

ScatterSample SampleSpecular(const Surface& surface,
                             const Eigen::Vector3f& direction,
                             const Eigen::Vector2f& random) {
  const Eigen::Vector3f& n = surface.normal;
  ScatterSample sample;
  Eigen::Vector3f t, b;
  OrthonormalBasis(n, &t, &b);
  const Eigen::Vector3f view(
      -direction.dot(t), -direction.dot(b), std::max(1e-4f, -direction.dot(n)));
  const float alpha = surface.alpha;
  // Stretch to a hemisphere, sample its projected visible half, stretch back.
  const Eigen::Vector3f v =
      Eigen::Vector3f(alpha * view.x(), alpha * view.y(), view.z())
          .normalized();
  const float length2 = v.x() * v.x() + v.y() * v.y();
  const Eigen::Vector3f t1 =
      length2 > 1e-9f ? Eigen::Vector3f(Eigen::Vector3f(-v.y(), v.x(), 0) /
                                        std::sqrt(length2))
                      : Eigen::Vector3f(1, 0, 0);
  const Eigen::Vector3f t2 = v.cross(t1);
  const float radius = std::sqrt(random.x());
  const float angle = 6.28318531f * random.y();
  const float x = radius * std::cos(angle);
  const float s = 0.5f * (1 + v.z());
  const float y = (1 - s) * std::sqrt(std::max(0.0f, 1 - x * x)) +
                  s * radius * std::sin(angle);
  const Eigen::Vector3f h =
      t1 * x + t2 * y + v * std::sqrt(std::max(0.0f, 1 - x * x - y * y));
  const Eigen::Vector3f half =
      Eigen::Vector3f(alpha * h.x(), alpha * h.y(), std::max(1e-6f, h.z()))
          .normalized();
  const Eigen::Vector3f out = half * (2 * view.dot(half)) - view;
  sample.direction = (t * out.x() + b * out.y() + n * out.z()).normalized();
  if (out.z() <= 0 || sample.direction.dot(surface.facet_normal) <= 0) {
    return sample;  // into the surface: lost
  }
  const float lambda_view = SmithLambda(view.z(), alpha);
  const float lambda_out = SmithLambda(out.z(), alpha);
  const float masking = (1 + lambda_view) / (1 + lambda_view + lambda_out);
  sample.weight =
      Fresnel(surface, view.dot(half)) * Compensation(surface) * masking;
  return sample;
}

Color DiffuseAlbedo(const Surface& surface, const Eigen::Vector3f& direction) {
  const float cosine = std::max(0.0f, -direction.dot(surface.normal));
  Color albedo = surface.diffuse;
  if (surface.specular_f0.maxCoeff() > 0) {
    albedo *= 1 - Luminance(Fresnel(surface, cosine));
  }
  if (surface.sheen > 0) {
    const float m = 1 - std::min(1.0f, cosine);
    albedo *= 1 + surface.sheen * (m * m * m - 0.15f);
  }
  return albedo;
}

Eigen::Vector3f DiffuseSide(const Surface& surface, Sampler& sampler) {
  if (surface.translucency > 0 && sampler.Next1D() < surface.translucency) {
    return -surface.normal;
  }
  return surface.normal;
}

}  // namespace stage::engine
