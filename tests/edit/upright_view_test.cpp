#include "engine/edit/upright_view.h"

#include <doctest/doctest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr int kWidth = 900, kHeight = 600;

Camera TiltedCamera(double pitch, double roll) {
  Camera camera;
  camera.width_px = kWidth;
  camera.height_px = kHeight;
  camera.focal_px = 560;
  camera.center_px = {kWidth / 2.0, kHeight / 2.0};
  camera.world_to_camera = WorldToCamera(pitch, roll, 12);
  return camera;
}

/// Dark upright posts and cross bars of a wall 4 m away, as a camera sees them.
ImageU8 Grid(const Camera& camera) {
  ImageU8 picture(kWidth, kHeight, 3, 235);
  cv::Mat mat(kHeight, kWidth, CV_8UC3, picture.data());
  const auto line = [&](const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
    const auto from = camera.Project(a), to = camera.Project(b);
    if (!from || !to) return;
    cv::line(mat,
             cv::Point2d(from->x() - 0.5, from->y() - 0.5),
             cv::Point2d(to->x() - 0.5, to->y() - 0.5),
             cv::Scalar(40, 40, 40),
             5,
             cv::LINE_AA);
  };
  for (double x = -6; x <= 6; x += 0.7) line({x, -4, -4}, {x, 7, -4});
  for (double y = -4; y <= 7; y += 1.1) line({-6, y, -4}, {6, y, -4});
  return picture;
}

Photo PhotoOf(ImageU8 pixels) {
  Photo photo;
  photo.pixels8 = std::move(pixels);
  return photo;
}

double LongestLean(const ImageU8& picture) {
  // Each post's centre in a row near the top and in one near the bottom.
  const auto centers = [&](int y) {
    std::vector<double> found;
    double sum = 0, weight = 0;
    for (int x = 0; x < picture.width(); ++x) {
      const double dark = 235 - picture.at(x, y, 1);
      if (dark > 40) {
        sum += dark * x;
        weight += dark;
      } else if (weight > 0) {
        found.push_back(sum / weight);
        sum = weight = 0;
      }
    }
    return found;
  };
  double most = 0;
  int compared = 0;
  for (const double upper : centers(150)) {
    for (const double lower : centers(450)) {
      if (std::abs(upper - lower) < 25) {
        most = std::max(most, std::abs(upper - lower));
        ++compared;
      }
    }
  }
  CHECK(compared >= 4);
  return most;
}

}  // namespace

TEST_CASE("UprightView: leaning posts of a tilted picture become upright") {
  const Camera truth = TiltedCamera(-7, 2.5);
  const Photo tilted = PhotoOf(Grid(truth));
  // The scene's camera is a little off; the lines put it right.
  const Tilt tilt = MeasureTilt(tilted.pixels8, TiltedCamera(-6, 1.8));
  CHECK(tilt.doubt == "");
  CHECK(tilt.pitch_degrees == doctest::Approx(-7).epsilon(0.03));
  CHECK(tilt.roll_degrees == doctest::Approx(2.5).epsilon(0.03));
  const UprightView view = PlanUprightView(tilt.camera);
  const Photo upright = DrawUprightView(view, tilted, {.threads = 2});
  CHECK(upright.width() == kWidth);
  CHECK(upright.height() == kHeight);
  CHECK(LongestLean(upright.pixels8) < 1.5);
}

TEST_CASE("UprightView: what is kept lies within the photo and touches it") {
  for (const double pitch : {-12.0, -3.0, 9.0}) {
    const UprightView view = PlanUprightView(TiltedCamera(pitch, 1.5));
    double nearest = 1e9;
    for (int i = 0; i <= 30; ++i) {
      const double x = kWidth * i / 30.0, y = kHeight * i / 30.0;
      for (const Eigen::Vector2d& edge : {Eigen::Vector2d(x, 0),
                                          Eigen::Vector2d(x, kHeight),
                                          Eigen::Vector2d(0, y),
                                          Eigen::Vector2d(kWidth, y)}) {
        const Eigen::Vector2d p = view.Source(edge);
        nearest =
            std::min({nearest, p.x(), p.y(), kWidth - p.x(), kHeight - p.y()});
      }
    }
    CAPTURE(pitch);
    CHECK(nearest > -0.05);
    CHECK(nearest < 1);
  }
}

TEST_CASE("UprightView: sixteen bits and alpha are kept") {
  Photo photo;
  photo.pixels16 = ImageU16(kWidth, kHeight, 4, 40000);
  const Photo upright = DrawUprightView(
      PlanUprightView(TiltedCamera(-4, 0)), photo, {.threads = 1});
  CHECK(upright.is_16_bit());
  CHECK(upright.pixels16.at(450, 300, 3) == 40000);
}

TEST_CASE("MeasureTilt: a picture without upright lines is doubted") {
  ImageU8 blank(kWidth, kHeight, 3, 200);
  CHECK(MeasureTilt(blank, TiltedCamera(-3, 0)).doubt != "");
}

}  // namespace stage::engine
