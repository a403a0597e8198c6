#include "engine/catalogue/piece_preview.h"

#include <embree3/rtcore.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "engine/catalogue/surface_detail.h"
#include "engine/catalogue/texture_decoder.h"

namespace stage::engine {
namespace {

using Vec3 = Eigen::Vector3f;
constexpr float kPi = 3.14159265f;
constexpr float kFar = 1e9f;

struct DeviceDeleter {
  void operator()(RTCDevice device) const { rtcReleaseDevice(device); }
};
struct SceneDeleter {
  void operator()(RTCScene scene) const { rtcReleaseScene(scene); }
};
using Device = std::unique_ptr<RTCDeviceTy, DeviceDeleter>;
using Scene = std::unique_ptr<RTCSceneTy, SceneDeleter>;

/// PCG hash (Jarzynski and Olano 2020): one stream a pixel sample.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed * 747796405u + 2891336453u) {}
  float Next() {
    state_ = state_ * 747796405u + 2891336453u;
    const uint32_t word =
        ((state_ >> ((state_ >> 28u) + 4u)) ^ state_) * 277803737u;
    return static_cast<float>(((word >> 22u) ^ word) >> 8) * 0x1p-24f;
  }

 private:
  uint32_t state_;
};

struct Hit {
  float distance = kFar;
  Vec3 position{0, 0, 0};
  Vec3 face_normal{0, 1, 0};
  Vec3 normal{0, 1, 0};
  Vec3 albedo{0, 0, 0};
  float alpha = 1;
  const Material* material = nullptr;  ///< nullptr: the floor
  float roughness = 1;
  bool found = false;
};

Vec3 Texel(const Texture& texture, const Eigen::Vector2f& uv, float* alpha) {
  const ImageU8& image = texture.srgb;
  const auto wrap = [](float v, int size) {
    const float fraction = v - std::floor(v);
    return std::clamp(static_cast<int>(fraction * size), 0, size - 1);
  };
  const int x = wrap(uv[0], image.width());
  const int y = wrap(1 - uv[1], image.height());
  if (alpha != nullptr) {
    *alpha = image.channels() == 4 ? image.at(x, y, 3) / 255.0f : 1;
  }
  return {LinearFromSrgb8(image.at(x, y, 0)),
          LinearFromSrgb8(image.at(x, y, 1)),
          LinearFromSrgb8(image.at(x, y, 2))};
}

/// The studio's big soft lamp, from the front left above.
constexpr float kLampCosine = 0.978f;  ///< of its half angle, 12 degrees
const Vec3 kLampRadiance = Vec3(1.0f, 0.97f, 0.93f) * 15.0f;
Vec3 LampDirection() { return Vec3(-0.5f, 0.65f, 0.55f).normalized(); }

/// Its walls and ceiling: brighter above, a window to the right for gloss.
Vec3 Surroundings(const Vec3& direction) {
  const float up = 0.5f + 0.5f * direction[1];
  const float window = std::max(0.0f, direction.dot(Vec3(0.9f, 0.3f, 0.3f)));
  return Vec3(0.62f, 0.64f, 0.67f) *
         (0.30f + 0.75f * up + 0.6f * std::pow(window, 8.0f));
}

class Studio {
 public:
  Studio(const Mesh& mesh, float half_line_m)
      : mesh_(mesh),
        half_line_m_(half_line_m),
        device_(rtcNewDevice("threads=1,set_affinity=0")),
        scene_(rtcNewScene(device_.get())) {
    RTCGeometry geometry =
        rtcNewGeometry(device_.get(), RTC_GEOMETRY_TYPE_TRIANGLE);
    auto* vertices =
        static_cast<float*>(rtcSetNewGeometryBuffer(geometry,
                                                    RTC_BUFFER_TYPE_VERTEX,
                                                    0,
                                                    RTC_FORMAT_FLOAT3,
                                                    3 * sizeof(float),
                                                    mesh.positions.size()));
    for (size_t i = 0; i < mesh.positions.size(); ++i) {
      std::copy_n(mesh.positions[i].data(), 3, vertices + 3 * i);
    }
    auto* indices =
        static_cast<uint32_t*>(rtcSetNewGeometryBuffer(geometry,
                                                       RTC_BUFFER_TYPE_INDEX,
                                                       0,
                                                       RTC_FORMAT_UINT3,
                                                       3 * sizeof(uint32_t),
                                                       mesh.triangle_count()));
    std::copy(mesh.indices.begin(), mesh.indices.end(), indices);
    rtcCommitGeometry(geometry);
    rtcAttachGeometry(scene_.get(), geometry);
    rtcReleaseGeometry(geometry);
    rtcCommitScene(scene_.get());
  }

  /// Light that arrives along a ray; glass and cut-outs are passed.
  Vec3 Radiance(Vec3 origin, Vec3 direction, Random& random) const {
    Vec3 light(0, 0, 0);
    Vec3 weight(1, 1, 1);
    int bounces = 0;
    bool see_lamp = false;  // only mirrors: matt surfaces sample it
    for (int step = 0; step < 24 && bounces < 4; ++step) {
      const Hit hit = Trace(origin, direction, step == 0);
      if (!hit.found) {
        Vec3 beyond =
            step == 0 ? Vec3(0.80f, 0.81f, 0.82f) : Surroundings(direction);
        if (see_lamp && direction.dot(LampDirection()) > kLampCosine) {
          beyond += kLampRadiance;
        }
        return light + weight.cwiseProduct(beyond);
      }
      origin = hit.position;
      if (hit.material == nullptr) {
        weight = weight.cwiseProduct(hit.albedo);
        light += weight.cwiseProduct(Lamp(hit, random));
        direction = Diffuse(hit.normal, random);
        see_lamp = false;
        ++bounces;
        continue;
      }
      const Material& material = *hit.material;
      if (random.Next() >= hit.alpha) continue;
      light += weight.cwiseProduct(material.emission);
      const float cosine = std::clamp(-hit.normal.dot(direction), 0.0f, 1.0f);
      const float grazing = std::pow(1 - cosine, 5.0f);
      const float f0 = material.specular_f0;
      const float fresnel =
          (f0 + (1 - f0) * grazing) * (1 - 0.7f * hit.roughness);
      if (material.metallic > 0.5f) {
        weight = weight.cwiseProduct(hit.albedo +
                                     (Vec3::Ones() - hit.albedo) * grazing);
        direction = Glossy(direction, hit, random);
        see_lamp = hit.roughness < 0.3f;
        ++bounces;
      } else if (material.opacity < 1 && random.Next() >= material.opacity) {
        light += weight.cwiseProduct(Gloss(direction, hit, fresnel, random));
        weight *= 1 - fresnel;
        weight = weight.cwiseProduct(
            hit.albedo.cwiseSqrt().cwiseMax(0.6f));  // thin sheet
      } else {
        light += weight.cwiseProduct(Gloss(direction, hit, fresnel, random));
        weight = weight.cwiseProduct((1 - fresnel) * hit.albedo);
        light += weight.cwiseProduct(Lamp(hit, random));
        direction = Diffuse(hit.normal, random);
        see_lamp = false;
        ++bounces;
      }
      const float side = direction.dot(hit.face_normal);
      if (side < 0 && material.opacity >= 1) {
        direction -= 2 * side * hit.face_normal;
      }
    }
    return light;
  }

 private:
  /// The gloss of a surface that is no metal, one mirror ray deep: following
  /// it by chance would speckle dark pieces.
  Vec3 Gloss(const Vec3& direction,
             const Hit& hit,
             float fresnel,
             Random& random) const {
    Vec3 mirror = Glossy(direction, hit, random);
    const float side = mirror.dot(hit.face_normal);
    if (side < 0) mirror -= 2 * side * hit.face_normal;
    const Hit seen = Trace(hit.position, mirror, false);
    return fresnel *
           (seen.found ? Vec3(0.6f * seen.albedo) : Surroundings(mirror));
  }

  /// Light of the lamp on a matt surface, without its albedo.
  Vec3 Lamp(const Hit& hit, Random& random) const {
    const Vec3 axis = LampDirection();
    const Vec3 side = axis.unitOrthogonal();
    const float cosine = 1 - random.Next() * (1 - kLampCosine);
    const float sine = std::sqrt(std::max(0.0f, 1 - cosine * cosine));
    const float angle = 2 * kPi * random.Next();
    const Vec3 direction =
        cosine * axis +
        sine * (std::cos(angle) * side + std::sin(angle) * axis.cross(side));
    const float falling = direction.dot(hit.normal);
    if (falling <= 0 || direction.dot(hit.face_normal) <= 0) {
      return Vec3::Zero();
    }
    Vec3 origin = hit.position;
    for (int step = 0; step < 12; ++step) {
      const Hit blocker = Trace(origin, direction, false);
      if (!blocker.found) {
        return kLampRadiance * (2 * (1 - kLampCosine) * falling);
      }
      const bool passes =
          blocker.alpha < 0.5f ||
          (blocker.material != nullptr && blocker.material->opacity < 1);
      if (!passes) break;
      origin = blocker.position;
    }
    return Vec3::Zero();
  }

  static Vec3 Diffuse(const Vec3& normal, Random& random) {
    const float z = 1 - 2 * random.Next();
    const float angle = 2 * kPi * random.Next();
    const float r = std::sqrt(std::max(0.0f, 1 - z * z));
    const Vec3 sum = normal + Vec3(r * std::cos(angle), r * std::sin(angle), z);
    const float length = sum.norm();
    return length > 1e-4f ? Vec3(sum / length) : normal;
  }

  static Vec3 Glossy(const Vec3& direction, const Hit& hit, Random& random) {
    const Vec3 mirror = direction - 2 * direction.dot(hit.normal) * hit.normal;
    const float spread = hit.roughness * hit.roughness;
    const Vec3 blurred =
        mirror + spread * (Diffuse(hit.normal, random) - hit.normal);
    return blurred.normalized();
  }

  Hit Trace(const Vec3& origin, const Vec3& direction, bool primary) const {
    RTCRayHit query{};
    query.ray.org_x = origin[0];
    query.ray.org_y = origin[1];
    query.ray.org_z = origin[2];
    query.ray.dir_x = direction[0];
    query.ray.dir_y = direction[1];
    query.ray.dir_z = direction[2];
    query.ray.tnear = primary ? 0 : 2e-4f;
    query.ray.tfar = kFar;
    query.ray.mask = ~0u;
    query.hit.geomID = RTC_INVALID_GEOMETRY_ID;
    RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    rtcIntersect1(scene_.get(), &context, &query);
    Hit hit;
    if (query.hit.geomID != RTC_INVALID_GEOMETRY_ID) {
      hit.found = true;
      hit.distance = query.ray.tfar;
      Shade(query, direction, hit);
    }
    const float floor_distance =
        direction[1] < -1e-6f ? (-1e-4f - origin[1]) / direction[1] : kFar;
    if (floor_distance > 2e-4f && floor_distance < hit.distance) {
      hit = Hit();
      hit.found = true;
      hit.distance = floor_distance;
      hit.albedo = FloorColour(origin + floor_distance * direction);
    }
    hit.position = origin + hit.distance * direction;
    return hit;
  }

  /// A thin line every half metre shows the size of a piece.
  Vec3 FloorColour(const Vec3& position) const {
    const auto near_line = [this](float v) {
      return std::abs(v - 0.5f * std::round(v / 0.5f)) < half_line_m_;
    };
    const bool line = near_line(position[0]) || near_line(position[2]);
    return Vec3::Constant(line ? 0.52f : 0.66f);
  }

  void Shade(const RTCRayHit& query, const Vec3& direction, Hit& hit) const {
    const uint32_t triangle = query.hit.primID;
    const uint32_t* corner = &mesh_.indices[3 * size_t{triangle}];
    const float v = query.hit.u;
    const float w = query.hit.v;
    const std::array<float, 3> weight = {1 - v - w, v, w};
    Vec3 normal(0, 0, 0);
    Eigen::Vector2f uv(0, 0);
    Vec3 position(0, 0, 0);
    for (int c = 0; c < 3; ++c) {
      normal += weight[c] * mesh_.normals[corner[c]];
      position += weight[c] * mesh_.positions[corner[c]];
      if (!mesh_.texcoords.empty())
        uv += weight[c] * mesh_.texcoords[corner[c]];
    }
    hit.face_normal =
        Vec3(query.hit.Ng_x, query.hit.Ng_y, query.hit.Ng_z).normalized();
    if (hit.face_normal.dot(direction) > 0) hit.face_normal *= -1;
    if (normal.dot(hit.face_normal) < 0) normal *= -1;
    hit.material = &mesh_.materials[mesh_.triangle_material[triangle]];
    hit.albedo = hit.material->base_color;
    hit.roughness = hit.material->roughness;
    if (hit.material->base_texture != nullptr) {
      hit.albedo = hit.albedo.cwiseProduct(
          Texel(*hit.material->base_texture, uv, &hit.alpha));
    }
    const SurfaceDetail detail = EvaluateSurfaceDetail(*hit.material,
                                                       position,
                                                       normal.normalized(),
                                                       uv,
                                                       hit.distance * 0.001f);
    hit.albedo = hit.albedo.cwiseProduct(detail.albedo_factor);
    hit.roughness =
        std::clamp(hit.roughness + detail.roughness_offset, 0.01f, 1.0f);
    normal += detail.normal_offset;
    hit.normal =
        normal.norm() > 1e-6f ? Vec3(normal.normalized()) : hit.face_normal;
    if (hit.normal.dot(direction) > 0) hit.normal = hit.face_normal;
  }

  const Mesh& mesh_;
  float half_line_m_;
  Device device_;
  Scene scene_;
};

/// Stands where the whole box of the piece fits into the picture.
struct Camera {
  Vec3 position, forward, right, up;
  float tangent_x = 0, tangent_y = 0;
};

Camera Frame(const Mesh& mesh, const PreviewView& view) {
  Eigen::AlignedBox3f box;
  for (const Vec3& p : mesh.positions) box.extend(p);
  const float yaw = static_cast<float>(view.yaw_deg) * kPi / 180;
  const float pitch = static_cast<float>(view.pitch_deg) * kPi / 180;
  Camera camera;
  const Vec3 away(std::sin(yaw) * std::cos(pitch),
                  std::sin(pitch),
                  std::cos(yaw) * std::cos(pitch));
  camera.forward = -away;
  camera.right = camera.forward.cross(Vec3::UnitY()).normalized();
  camera.up = camera.right.cross(camera.forward);
  camera.tangent_y = 0.30f;
  camera.tangent_x = camera.tangent_y * view.width_px / view.height_px;
  // The distance at which each corner touches the picture's edge, at most.
  float distance = 0;
  for (int i = 0; i < 8; ++i) {
    const Vec3 p = box.corner(static_cast<Eigen::AlignedBox3f::CornerType>(i)) -
                   box.center();
    const float depth = p.dot(camera.forward);
    distance =
        std::max({distance,
                  std::abs(p.dot(camera.right)) / camera.tangent_x - depth,
                  std::abs(p.dot(camera.up)) / camera.tangent_y - depth});
  }
  camera.position = box.center() + away * (distance * 1.03f);
  return camera;
}

}  // namespace

ImageF RenderPiecePreview(const Mesh& mesh, const PreviewView& view) {
  const Camera camera = Frame(mesh, view);
  const float pixel_m =
      2 * camera.tangent_y * camera.position.norm() / view.height_px;
  const Studio studio(mesh, 0.7f * pixel_m);
  ImageF image(view.width_px, view.height_px, 3);
  std::atomic<int> next_row{0};
  const auto work = [&] {
    for (int y = next_row++; y < view.height_px; y = next_row++) {
      for (int x = 0; x < view.width_px; ++x) {
        Vec3 sum(0, 0, 0);
        for (int s = 0; s < view.samples_per_pixel; ++s) {
          Random random((static_cast<uint32_t>(y) * 65536u + x) * 977u + s);
          const float u = 2 * (x + random.Next()) / view.width_px - 1;
          const float v = 1 - 2 * (y + random.Next()) / view.height_px;
          const Vec3 direction =
              (camera.forward + u * camera.tangent_x * camera.right +
               v * camera.tangent_y * camera.up)
                  .normalized();
          // A bright speck would outshine its neighbours' samples.
          sum += studio.Radiance(camera.position, direction, random)
                     .cwiseMin(1.8f);
        }
        for (int c = 0; c < 3; ++c) {
          image.at(x, y, c) = sum[c] / view.samples_per_pixel;
        }
      }
    }
  };
  const unsigned wanted =
      view.threads > 0 ? static_cast<unsigned>(view.threads)
                       : std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::jthread> helpers;
  for (unsigned i = 1; i < wanted; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  return image;
}

}  // namespace stage::engine
