#include "engine/scene/rectified_wall.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr double kCellM = 0.015;
constexpr double kLongestWallM = 9.0;
constexpr int kFewestCells = 900;
/// The ceiling is the least certain measure of a room, and windows may reach
/// it: walls are rectified somewhat beyond.
constexpr double kBeyondCeiling = 1.3;

// Does another wall stand between the camera and this point of the floor plan?
bool IsHidden(const std::vector<Wall>& walls,
              int self,
              const Eigen::Vector2d& eye,
              const Eigen::Vector2d& point) {
  const Eigen::Vector2d to_point = point - eye;
  for (int i = 0; i < static_cast<int>(walls.size()); ++i) {
    const Wall& wall = walls[i];
    if (i == self || !wall.real) continue;
    const double det =
        to_point.x() * -wall.direction.y() + to_point.y() * wall.direction.x();
    if (std::abs(det) < 1e-9) continue;
    const Eigen::Vector2d offset = wall.start - eye;
    const double along_ray =
        (offset.x() * -wall.direction.y() + offset.y() * wall.direction.x()) /
        det;
    const double along_wall =
        (to_point.x() * offset.y() - to_point.y() * offset.x()) / det;
    if (along_ray > 1e-3 && along_ray < 0.985 && along_wall > 0.01 &&
        along_wall < wall.length - 0.01) {
      return true;
    }
  }
  return false;
}

// The wall's own shading: a quadratic in (u, v) a channel, fitted robustly to
// smooth cells, so that light falling off along a wall is not a departure.
cv::Mat Departure(const cv::Mat& lab, const cv::Mat& valid, int ceiling_row) {
  cv::Mat smooth, gx, gy;
  cv::GaussianBlur(lab, smooth, {}, 1.2);
  std::vector<cv::Mat> planes;
  cv::split(smooth, planes);
  cv::Sobel(planes[0], gx, CV_32F, 1, 0, 3, 0.125);
  cv::Sobel(planes[0], gy, CV_32F, 0, 1, 3, 0.125);
  struct Sample {
    Eigen::Matrix<double, 6, 1> basis;
    Eigen::Vector3d lab;
    double weight;
  };
  std::vector<Sample> samples;
  const int step = std::max(1, std::min(lab.cols, lab.rows) / 60);
  std::vector<float> lightness;
  for (int y = step / 2; y < std::min(lab.rows, ceiling_row); y += step) {
    for (int x = step / 2; x < lab.cols; x += step) {
      if (!valid.at<uint8_t>(y, x)) continue;
      const double u = 2.0 * x / lab.cols - 1;
      const double v = 2.0 * y / lab.rows - 1;
      Sample sample;
      sample.basis << 1, u, v, u * u, u * v, v * v;
      const cv::Vec3f& colour = smooth.at<cv::Vec3f>(y, x);
      sample.lab = {colour[0], colour[1], colour[2]};
      const double gradient =
          std::hypot(gx.at<float>(y, x), gy.at<float>(y, x));
      sample.weight = 1 / (1 + gradient * gradient);
      if (colour[0] > 98.5f) sample.weight *= 0.15;  // clipped: often a window
      samples.push_back(sample);
      lightness.push_back(colour[0]);
    }
  }
  cv::Mat departure(lab.size(), CV_32F, cv::Scalar(0));
  if (samples.size() < 30) return departure;
  std::nth_element(lightness.begin(),
                   lightness.begin() + lightness.size() / 2,
                   lightness.end());
  const double median = lightness[lightness.size() / 2];
  Eigen::Matrix<double, 6, 3> fit = Eigen::Matrix<double, 6, 3>::Zero();
  for (int round = 0; round < 9; ++round) {
    const double width = std::max(4.0, 24.0 * std::pow(0.75, round));
    Eigen::Matrix<double, 6, 6> normal =
        Eigen::Matrix<double, 6, 6>::Identity() * 1e-3;
    // Bends cost: a plain wall must not bend into its windows.
    normal.diagonal().tail<3>().array() += 0.04 * samples.size();
    normal.diagonal().segment<2>(1).array() += 0.004 * samples.size();
    Eigen::Matrix<double, 6, 3> right = Eigen::Matrix<double, 6, 3>::Zero();
    for (const Sample& sample : samples) {
      double error;
      if (round == 0) {
        error = std::abs(sample.lab.x() - median) * 0.6;
      } else {
        Eigen::Vector3d off = sample.lab - fit.transpose() * sample.basis;
        error = std::sqrt(0.36 * off.x() * off.x() + off.y() * off.y() +
                          off.z() * off.z());
      }
      const double r = error / width;
      const double weight =
          sample.weight * (r < 1 ? (1 - r * r) * (1 - r * r) : 0);
      normal += weight * sample.basis * sample.basis.transpose();
      right += weight * sample.basis * sample.lab.transpose();
    }
    fit = normal.ldlt().solve(right);
  }
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      Eigen::Matrix<double, 6, 1> basis;
      const double u = 2.0 * x / lab.cols - 1;
      const double v = 2.0 * y / lab.rows - 1;
      basis << 1, u, v, u * u, u * v, v * v;
      const Eigen::Vector3d wall = fit.transpose() * basis;
      const cv::Vec3f& colour = lab.at<cv::Vec3f>(y, x);
      const double dl = 0.6 * (colour[0] - std::min(wall.x(), 100.0));
      const double da = colour[1] - wall.y();
      const double db = colour[2] - wall.z();
      departure.at<float>(y, x) =
          static_cast<float>(std::sqrt(dl * dl + da * da + db * db));
    }
  }
  return departure;
}

// Soft edge evidence across one axis, thresholded by the wall's own texture.
void FindEdges(RectifiedWall& wall) {
  // A faint edge shows once it is averaged along itself.
  constexpr int kAlong = 11;  // cells
  cv::Mat smooth;
  cv::GaussianBlur(wall.lab, smooth, {}, 0.8);
  const auto strongest = [&](cv::Size along, int du, int dv) {
    cv::Mat averaged, gradient, strongest(wall.lab.size(), CV_32F);
    strongest.setTo(0);
    cv::blur(smooth, averaged, along);
    std::vector<cv::Mat> planes;
    cv::split(averaged, planes);
    for (const cv::Mat& plane : planes) {
      cv::Sobel(plane, gradient, CV_32F, du, dv, 3, 0.125);
      strongest = cv::max(strongest, cv::abs(gradient));
    }
    return strongest;
  };
  const cv::Mat across_u = strongest({1, kAlong}, 1, 0);
  const cv::Mat across_v = strongest({kAlong, 1}, 0, 1);
  std::vector<float> values;
  for (int y = 0; y < across_u.rows; y += 2) {
    for (int x = 0; x < across_u.cols; x += 2) {
      if (wall.valid.at<uint8_t>(y, x)) {
        values.push_back(across_u.at<float>(y, x) + across_v.at<float>(y, x));
      }
    }
  }
  constexpr float kLeastNoise = 0.2f;
  float noise = kLeastNoise;
  if (!values.empty()) {
    const size_t middle = values.size() * 4 / 10;
    std::nth_element(values.begin(), values.begin() + middle, values.end());
    noise = std::clamp(values[middle], kLeastNoise, 2.0f);
  }
  const float low = 0.9f * noise + 0.15f;
  wall.edge_u.create(across_u.size(), CV_32F);
  wall.edge_v.create(across_u.size(), CV_32F);
  for (int y = 0; y < across_u.rows; ++y) {
    for (int x = 0; x < across_u.cols; ++x) {
      const float gu = across_u.at<float>(y, x);
      const float gv = across_v.at<float>(y, x);
      const bool valid = wall.valid.at<uint8_t>(y, x) != 0;
      const auto evidence = [&](float across, float along) {
        if (!valid || across < 0.8f * along) return 0.0f;
        return std::clamp((across - low) / (1.5f * low), 0.0f, 1.0f);
      };
      wall.edge_u.at<float>(y, x) = evidence(gu, gv);
      wall.edge_v.at<float>(y, x) = evidence(gv, gu);
    }
  }
}

uint8_t IsHiddenAt(const ImageU8& foreground, const Eigen::Vector2d& pixel) {
  return foreground.empty()
             ? 0
             : foreground.at(
                   static_cast<int>(pixel.x()), static_cast<int>(pixel.y()), 0);
}

}  // namespace

std::vector<RectifiedWall> RectifyWalls(const ImageU8& srgb,
                                        const Camera& camera,
                                        const RoomLayout& room,
                                        const ImageU8& foreground) {
  const cv::Mat rgb(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data()));
  cv::Mat lab;
  rgb.convertTo(lab, CV_32FC3, 1 / 255.0);
  cv::GaussianBlur(lab, lab, {}, std::max(0.6, srgb.width() / 1600.0));
  cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
  const std::vector<Wall> walls = room.Walls();
  const Eigen::Vector2d eye(camera.position.x(), camera.position.z());
  std::vector<RectifiedWall> rectified;
  for (int i = 0; i < static_cast<int>(walls.size()); ++i) {
    const Wall& wall = walls[i];
    if (!wall.real || wall.length < 0.3) continue;
    const int columns = static_cast<int>(
        std::ceil(std::min(wall.length, kLongestWallM) / kCellM));
    const int rows =
        static_cast<int>(std::ceil(room.height * kBeyondCeiling / kCellM));
    cv::Mat map_x(rows, columns, CV_32F, cv::Scalar(-10));
    cv::Mat map_y = map_x.clone();
    cv::Mat valid(rows, columns, CV_8U, cv::Scalar(0));
    cv::Mat hidden = valid.clone();
    int seen = 0;
    for (int x = 0; x < columns; ++x) {
      const Eigen::Vector2d foot =
          wall.start + wall.direction * ((x + 0.5) * kCellM);
      if ((eye - foot).dot(wall.normal) <= 0.02) continue;
      if (IsHidden(walls, i, eye, foot)) continue;
      for (int y = 0; y < rows; ++y) {
        const auto pixel =
            camera.Project({foot.x(), (y + 0.5) * kCellM, foot.y()});
        if (!pixel || pixel->x() < 1 || pixel->y() < 1 ||
            pixel->x() > srgb.width() - 1 || pixel->y() > srgb.height() - 1) {
          continue;
        }
        map_x.at<float>(y, x) = static_cast<float>(pixel->x() - 0.5);
        map_y.at<float>(y, x) = static_cast<float>(pixel->y() - 0.5);
        valid.at<uint8_t>(y, x) = 255;
        hidden.at<uint8_t>(y, x) = IsHiddenAt(foreground, *pixel);
        ++seen;
      }
    }
    if (seen < kFewestCells) continue;
    RectifiedWall result;
    result.wall = i;
    result.cell_m = kCellM;
    cv::remap(
        lab, result.lab, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    result.valid = valid;
    result.hidden = hidden;
    result.departure =
        Departure(result.lab, valid, static_cast<int>(room.height / kCellM));
    FindEdges(result);
    rectified.push_back(std::move(result));
  }
  return rectified;
}

}  // namespace stage::engine
