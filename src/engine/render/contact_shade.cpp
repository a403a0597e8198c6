#include "engine/render/contact_shade.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>

namespace stage::engine {
namespace {

constexpr double kTouchM = 0.012;  // as high as what still touches
// What is lost in the gap, and nearby what is lost in the lower edge's own
// shade: share of the light, and metres in which it falls to a third.
constexpr double kGapShare = 0.42, kGapM = 0.008;
constexpr double kEdgeShare = 0.2, kEdgeM = 0.035;
constexpr double kReachM = 0.12;
constexpr double kStepsPx = 0.8;

/// The part of an edge below a height.
std::optional<std::pair<Eigen::Vector3d, Eigen::Vector3d>> Below(
    Eigen::Vector3d a, Eigen::Vector3d b, double height) {
  if (a.y() > b.y()) std::swap(a, b);
  if (a.y() > height) return std::nullopt;
  if (b.y() > height) {
    b = a + (b - a) * ((height - a.y()) / (b.y() - a.y()));
  }
  return std::pair(a, b);
}

cv::Rect Around(const cv::Rect& box, int margin, cv::Size size) {
  return cv::Rect(box.x - margin,
                  box.y - margin,
                  box.width + 2 * margin,
                  box.height + 2 * margin) &
         cv::Rect({0, 0}, size);
}

/// Pixels a metre has on the floor nearest to the camera in a box.
double PixelsAMetre(const Camera& camera, const cv::Rect& box) {
  const Eigen::Vector2d foot(box.x + 0.5 * box.width, box.y + box.height);
  const auto floor = camera.FloorPoint(foot);
  if (!floor) return 0;
  const Eigen::Vector3d point(floor->x(), 0, floor->y());
  return camera.focal_px / (point - camera.position).norm();
}

double Dark(double metres) {
  return kGapShare * std::exp(-metres / kGapM) +
         kEdgeShare * std::exp(-metres / kEdgeM);
}

}  // namespace

cv::Mat ContactMask(const Scene& scene,
                    const std::vector<RenderObject>& objects,
                    cv::Size size) {
  const Camera camera = scene.camera.Resized(size.width, size.height);
  cv::Mat contact(size, CV_8U, cv::Scalar(0));
  constexpr int kShift = 4;
  const auto draw = [&](const Eigen::Vector3d& from,
                        const Eigen::Vector3d& to) {
    const auto a = camera.Project({from.x(), 0, from.z()});
    const auto b = camera.Project({to.x(), 0, to.z()});
    if (!a || !b || a->norm() > 1e5 || b->norm() > 1e5) return;
    const auto fixed = [](const Eigen::Vector2d& p) {
      return cv::Point(static_cast<int>(std::lround((p.x() - 0.5) * 16)),
                       static_cast<int>(std::lround((p.y() - 0.5) * 16)));
    };
    cv::line(contact, fixed(*a), fixed(*b), cv::Scalar(255), 1, 8, kShift);
  };
  for (const RenderObject& object : objects) {
    if (object.lies_on_floor) continue;
    const Eigen::AngleAxisd turn(object.yaw, Eigen::Vector3d::UnitY());
    const auto& indices = object.mesh->indices;
    const auto world = [&](uint32_t index) -> Eigen::Vector3d {
      return turn * object.mesh->positions[index].cast<double>() +
             object.position;
    };
    for (size_t i = 0; i + 2 < indices.size(); i += 3) {
      for (int k = 0; k < 3; ++k) {
        const auto low = Below(
            world(indices[i + k]), world(indices[i + (k + 1) % 3]), kTouchM);
        if (low) draw(low->first, low->second);
      }
    }
  }
  return contact;
}

void ShadeContact(const Scene& scene,
                  const cv::Mat& contact,
                  RenderLayers& layers) {
  if (cv::countNonZero(contact) == 0) return;
  const Camera camera = scene.camera.Resized(contact.cols, contact.rows);
  const cv::Rect box = cv::boundingRect(contact);
  const int margin =
      static_cast<int>(std::ceil(kReachM * PixelsAMetre(camera, box)));
  const cv::Rect area = Around(box, margin, contact.size());
  cv::Mat distance, nearest;
  cv::distanceTransform(contact(area) == 0,
                        distance,
                        nearest,
                        cv::DIST_L2,
                        cv::DIST_MASK_5,
                        cv::DIST_LABEL_PIXEL);
  std::vector<std::optional<Eigen::Vector2d>> touched(area.area() + 1);
  const auto floor_at = [&](int x, int y) {
    return camera.FloorPoint({area.x + x + 0.5, area.y + y + 0.5});
  };
  for (int y = 0; y < area.height; ++y) {
    for (int x = 0; x < area.width; ++x) {
      if (contact.at<uchar>(area.y + y, area.x + x)) {
        touched[nearest.at<int>(y, x)] = floor_at(x, y);
      }
    }
  }
  cv::Mat dark(area.size(), CV_32F, cv::Scalar(0));
  for (int y = 0; y < area.height; ++y) {
    for (int x = 0; x < area.width; ++x) {
      const auto& foot = touched[nearest.at<int>(y, x)];
      const auto here = floor_at(x, y);
      if (!foot || !here) continue;
      dark.at<float>(y, x) = static_cast<float>(Dark((*here - *foot).norm()));
    }
  }
  // A line drawn in whole pixels has steps.
  cv::GaussianBlur(dark, dark, {}, kStepsPx);
  for (int y = 0; y < area.height; ++y) {
    for (int x = 0; x < area.width; ++x) {
      float* ratio = &layers.ratio.at(area.x + x, area.y + y);
      for (int c = 0; c < 3; ++c) ratio[c] *= 1 - dark.at<float>(y, x);
    }
  }
}

}  // namespace stage::engine
