#include "engine/edit/masked_surfaces.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr int kCoarseEdgePx = 400;
constexpr double kLeastOfWall = 0.02;  // of the mask

/// floor, ceiling, wall
int KindOf(int face) { return std::min(face, RoomPrism::kFirstWall); }
constexpr std::array<const char*, 3> kKinds = {"floor", "ceiling", "wall"};

/// Each pixel's nearest one that has a face.
cv::Mat NearestFaces(const cv::Mat& faces) {
  cv::Mat labels, distance;
  const cv::Mat missing = faces < 0;
  if (cv::countNonZero(missing) == static_cast<int>(missing.total())) {
    return faces.clone();
  }
  cv::distanceTransform(
      missing, distance, labels, cv::DIST_L2, 5, cv::DIST_LABEL_PIXEL);
  double most = 0;
  cv::minMaxLoc(labels, nullptr, &most);
  std::vector<int> face_of(static_cast<size_t>(most) + 1, -1);
  for (int y = 0; y < faces.rows; ++y) {
    for (int x = 0; x < faces.cols; ++x) {
      if (faces.at<int>(y, x) < 0) continue;
      face_of[static_cast<size_t>(labels.at<int>(y, x))] = faces.at<int>(y, x);
    }
  }
  cv::Mat nearest(faces.size(), CV_32S);
  for (int y = 0; y < faces.rows; ++y) {
    for (int x = 0; x < faces.cols; ++x) {
      nearest.at<int>(y, x) =
          face_of[static_cast<size_t>(labels.at<int>(y, x))];
    }
  }
  return nearest;
}

}  // namespace

MaskedSurfaces::MaskedSurfaces(const RoomPrism& prism,
                               const View& view,
                               const ImageU8& mask)
    : prism_(prism), eye_(view.position()) {
  to_coarse_ = std::min(1.0,
                        static_cast<double>(kCoarseEdgePx) /
                            std::max(mask.width(), mask.height()));
  cv::Mat faces(std::max(1, static_cast<int>(mask.height() * to_coarse_)),
                std::max(1, static_cast<int>(mask.width() * to_coarse_)),
                CV_32S,
                cv::Scalar(-1));
  std::vector<double> votes(prism.faces().size(), 0);
  std::array<double, 3> of_kind{};
  double all = 0;
  for (int y = 0; y < faces.rows; ++y) {
    for (int x = 0; x < faces.cols; ++x) {
      const float full_x = static_cast<float>((x + 0.5) / to_coarse_);
      const float full_y = static_cast<float>((y + 0.5) / to_coarse_);
      if (mask.at(std::min(mask.width() - 1, static_cast<int>(full_x)),
                  std::min(mask.height() - 1, static_cast<int>(full_y))) == 0) {
        continue;
      }
      ++all;
      const int face = prism.Intersect(eye_, view.Ray(full_x, full_y)).face;
      if (face < 0) continue;
      faces.at<int>(y, x) = face;
      ++votes[static_cast<size_t>(face)];
      ++of_kind[static_cast<size_t>(KindOf(face))];
    }
  }
  const int kind = static_cast<int>(
      std::max_element(of_kind.begin(), of_kind.end()) - of_kind.begin());
  kind_ = kKinds[static_cast<size_t>(kind)];
  share_ = all > 0 ? of_kind[static_cast<size_t>(kind)] / all : 0;
  for (size_t face = 0; face < votes.size(); ++face) {
    chosen_.push_back(KindOf(static_cast<int>(face)) == kind &&
                      votes[face] > kLeastOfWall * all);
  }
  for (int y = 0; y < faces.rows; ++y) {
    for (int x = 0; x < faces.cols; ++x) {
      int& face = faces.at<int>(y, x);
      if (face >= 0 && !chosen_[static_cast<size_t>(face)]) face = -1;
    }
  }
  nearest_ = NearestFaces(faces);
}

int MaskedSurfaces::FaceAt(int x, int y, const Eigen::Vector3f& ray) const {
  const int face = prism_.Intersect(eye_, ray).face;
  if (face >= 0 && chosen_[static_cast<size_t>(face)]) return face;
  return nearest_.at<int>(
      std::min(nearest_.rows - 1, static_cast<int>(y * to_coarse_)),
      std::min(nearest_.cols - 1, static_cast<int>(x * to_coarse_)));
}

}  // namespace stage::engine
