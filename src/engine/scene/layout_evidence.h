#pragma once

#include <Eigen/Core>
#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "engine/scene/camera_fit.h"

namespace stage::engine {

/// What a picture says about walls, floor and ceiling, once its camera is
/// known: prepared so that a layout can be scored in microseconds. Lengths are
/// in units of the camera's height.
class LayoutEvidence {
 public:
  /// A small patch of the picture: where it looks and what colour it has.
  struct Cell {
    Eigen::Vector3f ray;      ///< world direction, not normalised
    Eigen::Vector3f inverse;  ///< 1 / ray, component-wise
    Eigen::Vector3f color;    ///< weighted Lab
    bool clipped = false;     ///< too bright or too dark to compare
  };
  /// The cells that are not clipped, component by component, so that all of
  /// them can be tried at once.
  struct OpenCells {
    std::vector<float> inverse_x, inverse_y, inverse_z;
    std::vector<Eigen::Vector4f> color;  ///< and a last 1, which counts
    float squares = 0;                   ///< sum of the squared colours
  };
  /// A point on a classified segment.
  struct Sample {
    Eigen::Vector3f ray, inverse;
    Axis axis;
    float weight;
  };

  /// @param unknown  of rgb's size, not 0 where it says nothing; or empty
  LayoutEvidence(const cv::Mat& rgb,
                 const std::vector<LineSegment>& segments,
                 const Camera& camera,
                 const cv::Mat& unknown = {});

  /// Lets segments of no axis that run along walls of this unit normal (x, z)
  /// count as kOblique, and supports their edges.
  void AddOblique(const Eigen::Vector2d& normal);
  /// Prepares ClearLineAt, which scoring boxes does not need; after AddOblique.
  void FindClearLines();
  /// What AddOblique has been given; zero: no walls are oblique.
  const Eigen::Vector2d& oblique_normal() const { return oblique_normal_; }

  const Camera& camera() const { return camera_; }
  const std::vector<Cell>& cells() const { return cells_; }
  const OpenCells& open_cells() const { return open_cells_; }
  int grid_width() const { return grid_width_; }
  int grid_height() const { return grid_height_; }
  const std::vector<Sample>& samples() const { return samples_; }
  float sample_weight() const { return sample_weight_; }
  const std::vector<Axis>& axes() const { return axes_; }
  const std::vector<LineSegment>& segments() const { return segments_; }

  /// How well lines of `axis` support the edge between two world points, and
  /// the length of its visible part in parts of width + height.
  struct EdgeSupport {
    float support = 0;  ///< 0..1, mean over the visible part
    float length = 0;
  };
  EdgeSupport Edge(const Eigen::Vector3d& from,
                   const Eigen::Vector3d& to,
                   Axis axis) const;
  /// Line support 0..1 at an undistorted working pixel.
  float SupportAt(Axis axis, const Eigen::Vector2d& ideal) const {
    return Lookup(nearness_[static_cast<int>(axis)], ideal);
  }
  /// 1 on lines that run along `axis`, kX, kY or kZ, beyond doubt, else 0, at
  /// an undistorted working pixel.
  float ClearLineAt(Axis axis, const Eigen::Vector2d& ideal) const {
    return Lookup(clear_[static_cast<int>(axis)], ideal);
  }
  /// Whether the picture says nothing at a working pixel.
  bool IsUnknown(const Eigen::Vector2d& pixel) const;
  /// Line support for the boundary of a floor: a line between two parts of one
  /// colour, as between tiles, counts half.
  float FloorSupportAt(Axis axis, const Eigen::Vector2d& ideal) const {
    return Lookup(floor_nearness_[static_cast<int>(axis)], ideal);
  }

 private:
  float Lookup(const cv::Mat& map, const Eigen::Vector2d& ideal) const;
  cv::Mat Nearness(Axis axis, double least_contrast) const;
  cv::Mat FloorNearness(Axis axis) const;
  /// Direction of oblique walls in the world.
  Eigen::Vector3d Oblique() const {
    return {oblique_normal_.y(), 0, -oblique_normal_.x()};
  }
  cv::Mat ClearLines(Axis axis) const;
  cv::Point RasterPoint(const Eigen::Vector2d& pixel) const;
  void DrawLines();
  void MakeCells(const cv::Mat& rgb);
  void LeaveOpen(cv::Mat& nearness) const;
  void MakeSamples();

  std::vector<LineSegment> segments_;
  Camera camera_;
  cv::Mat unknown_;
  std::vector<Axis> axes_;  ///< of each segment
  std::vector<Cell> cells_;
  OpenCells open_cells_;
  int grid_width_ = 0, grid_height_ = 0;
  std::vector<Sample> samples_;
  float sample_weight_ = 0;
  /// Nearness to a line of each axis, 1 on the line; in undistorted pixels,
  /// times `raster_scale_`, from `raster_origin_`.
  std::array<cv::Mat, 4> nearness_, floor_nearness_;
  std::array<cv::Mat, 3> clear_;
  Eigen::Vector2d oblique_normal_{0, 0};
  cv::Size raster_size_;
  double raster_scale_ = 1;
  Eigen::Vector2d raster_origin_{0, 0};
  Eigen::Vector2d ideal_low_{0, 0}, ideal_high_{0, 0};  ///< picture's extent
};

}  // namespace stage::engine
