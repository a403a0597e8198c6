#include "upscale/drawn_pictures.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace stage::train {
namespace {

/// Pictures are drawn this much larger and averaged down, as a sensor does.
constexpr int kSupersampling = 2;

/// The colours of a picture: mostly near one tone, as in a room.
struct Palette {
  double grey, spread, saturation;
};

Palette RandomPalette(Random& random) {
  return {std::pow(Uniform(random, 0, 1), 0.7),
          Uniform(random, 0.1, 0.7),
          Uniform(random, 0, 1) < 0.25 ? 0.5 : Uniform(random, 0, 0.12)};
}

cv::Vec3f RandomColor(Random& random, const Palette& palette) {
  const double grey = palette.grey + palette.spread * Uniform(random, -1, 1);
  cv::Vec3f color;
  for (int c = 0; c < 3; ++c) {
    color[c] = static_cast<float>(
        255 * std::clamp(grey + palette.saturation * Uniform(random, -1, 1),
                         0.0,
                         1.0));
  }
  return color;
}

/// Smooth noise, mean 0, about -1..1.
/// @param grain  pixels a swing
cv::Mat SmoothNoise(Random& random, cv::Size size, double grain) {
  const cv::Size coarse(std::max(2, static_cast<int>(size.width / grain)),
                        std::max(2, static_cast<int>(size.height / grain)));
  cv::Mat noise(coarse, CV_32F);
  for (int y = 0; y < noise.rows; ++y) {
    for (int x = 0; x < noise.cols; ++x) {
      noise.at<float>(y, x) = static_cast<float>(Uniform(random, -1, 1));
    }
  }
  cv::Mat smooth;
  cv::resize(noise, smooth, size, 0, 0, cv::INTER_CUBIC);
  return smooth;
}

/// What covers a surface: a colour with a gradient and a texture.
struct Paint {
  cv::Vec3f color, other;
  double gradient_x, gradient_y;       ///< brightness a pixel
  double stripes, stripe_x, stripe_y;  ///< share of `other`, phase a pixel
  double noise;                        ///< amplitude
  int noise_layer;
};

struct Canvas {
  Palette palette;
  cv::Mat pixels;              ///< CV_32FC3
  std::vector<cv::Mat> noise;  ///< CV_32F
};

Canvas NewCanvas(Random& random, int side) {
  const int size = side * kSupersampling;
  Canvas canvas;
  canvas.palette = RandomPalette(random);
  canvas.pixels = cv::Mat(size, size, CV_32FC3, cv::Scalar::all(128));
  for (const double grain : {2.0, 4.0, 9.0, 24.0}) {
    canvas.noise.push_back(
        SmoothNoise(random, canvas.pixels.size(), grain * kSupersampling / 2));
  }
  return canvas;
}

Paint RandomPaint(Random& random, const Palette& palette, double size) {
  Paint paint;
  paint.color = RandomColor(random, palette);
  paint.other = RandomColor(random, palette);
  const double slope = Uniform(random, 0, 60) / std::max(size, 8.0);
  const double direction = Uniform(random, 0, 2 * std::numbers::pi);
  paint.gradient_x = slope * std::cos(direction);
  paint.gradient_y = slope * std::sin(direction);
  paint.stripes =
      Uniform(random, 0, 1) < 0.2 ? Uniform(random, 0.05, 0.6) : 0.0;
  const double period = kSupersampling * std::exp(Uniform(random, 0.9, 3.2));
  const double angle = Uniform(random, 0, std::numbers::pi);
  paint.stripe_x = 2 * std::numbers::pi * std::cos(angle) / period;
  paint.stripe_y = 2 * std::numbers::pi * std::sin(angle) / period;
  paint.noise = Uniform(random, 0, 1) < 0.5 ? Uniform(random, 2, 30) : 0.0;
  paint.noise_layer = UniformInt(random, 0, 3);
  return paint;
}

cv::Vec3f PaintAt(
    const Paint& paint, const Canvas& canvas, int x, int y, cv::Point centre) {
  double share = 0;
  if (paint.stripes > 0) {
    const double wave = std::sin(x * paint.stripe_x + y * paint.stripe_y);
    share = paint.stripes * std::clamp(0.5 + wave, 0.0, 1.0);
  }
  const double added =
      (x - centre.x) * paint.gradient_x + (y - centre.y) * paint.gradient_y +
      paint.noise * canvas.noise[paint.noise_layer].at<float>(y, x);
  cv::Vec3f color;
  for (int c = 0; c < 3; ++c) {
    color[c] = static_cast<float>(paint.color[c] * (1 - share) +
                                  paint.other[c] * share + added);
  }
  return color;
}

/// Covers what `mask` (CV_8U, 0..255, of the canvas's size) shows in `area`.
void Cover(Canvas& canvas,
           const cv::Mat& mask,
           cv::Rect area,
           const Paint& paint) {
  area &= cv::Rect({}, canvas.pixels.size());
  const cv::Point centre(area.x + area.width / 2, area.y + area.height / 2);
  for (int y = area.y; y < area.y + area.height; ++y) {
    for (int x = area.x; x < area.x + area.width; ++x) {
      const float share = mask.at<uint8_t>(y, x) / 255.0f;
      if (share <= 0) continue;
      cv::Vec3f& pixel = canvas.pixels.at<cv::Vec3f>(y, x);
      pixel =
          pixel * (1 - share) + PaintAt(paint, canvas, x, y, centre) * share;
    }
  }
}

std::vector<cv::Point> RandomLeaf(Random& random,
                                  cv::Point centre,
                                  double radius) {
  const int kind = UniformInt(random, 0, 2);
  const double turn = Uniform(random, 0, 2 * std::numbers::pi);
  const double aspect = Uniform(random, 0.25, 1);
  std::vector<double> angles;
  if (kind == 0) {  // ellipse
    for (int i = 0; i < 40; ++i) angles.push_back(i * std::numbers::pi / 20);
  } else if (kind == 1) {  // rectangle
    for (const double a : {0.25, 0.75, 1.25, 1.75}) {
      angles.push_back(a * std::numbers::pi);
    }
  } else {
    const int corners = UniformInt(random, 3, 6);
    for (int i = 0; i < corners; ++i) {
      angles.push_back(2 * std::numbers::pi * (i + Uniform(random, 0, 0.8)) /
                       corners);
    }
  }
  std::vector<cv::Point> outline;
  for (const double angle : angles) {
    const double u = radius * std::cos(angle);
    const double v = radius * aspect * std::sin(angle);
    outline.emplace_back(
        static_cast<int>(centre.x + u * std::cos(turn) - v * std::sin(turn)),
        static_cast<int>(centre.y + u * std::sin(turn) + v * std::cos(turn)));
  }
  return outline;
}

cv::Mat Finish(Random& random, const Canvas& canvas, int side) {
  cv::Mat small, bytes;
  cv::resize(canvas.pixels, small, {side, side}, 0, 0, cv::INTER_AREA);
  const double lens = Uniform(random, 0, 0.6);
  if (lens > 0.25) cv::GaussianBlur(small, small, {0, 0}, lens);
  small.convertTo(bytes, CV_8U);
  return bytes;
}

void DrawGrid(Random& random, cv::Mat& mask) {
  const double turn = Uniform(random, 0, 1) < 0.4
                          ? Uniform(random, -0.03, 0.03)
                          : Uniform(random, 0, std::numbers::pi);
  const double gap = std::exp(Uniform(random, 1.6, 4.5));
  const double growth = Uniform(random, 1.0, 1.12);  // perspective
  const int thickness = UniformInt(random, 1, 6);
  const double size = mask.cols;
  const int ways = UniformInt(random, 1, 2);
  for (int way = 0; way < ways; ++way) {
    const double angle = turn + way * std::numbers::pi / 2;
    const cv::Point2d along(std::cos(angle), std::sin(angle));
    const cv::Point2d across(-along.y, along.x);
    double step = gap;
    for (double offset = -size; offset < size; offset += step) {
      step *= growth;
      const cv::Point2d from = cv::Point2d(size / 2, size / 2) +
                               across * offset - along * (2 * size);
      // A sixteenth of a pixel: lines lie where they may.
      cv::line(mask,
               cv::Point(from * 16),
               cv::Point((from + along * (4 * size)) * 16),
               cv::Scalar::all(255),
               thickness,
               cv::LINE_AA,
               4);
    }
  }
}

void DrawLetters(Random& random, cv::Mat& mask) {
  static const std::string kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&%.,";
  const double scale = kSupersampling * std::exp(Uniform(random, -1.2, 0.6));
  const int thickness =
      std::max(1, static_cast<int>(scale * Uniform(random, 0.8, 3)));
  const int rows = UniformInt(random, 1, 4);
  for (int row = 0; row < rows; ++row) {
    std::string text;
    const int length = UniformInt(random, 3, 18);
    for (int i = 0; i < length; ++i) {
      text += kLetters[static_cast<size_t>(
          UniformInt(random, 0, static_cast<int>(kLetters.size()) - 1))];
    }
    const int fonts[] = {cv::FONT_HERSHEY_SIMPLEX,
                         cv::FONT_HERSHEY_DUPLEX,
                         cv::FONT_HERSHEY_COMPLEX,
                         cv::FONT_HERSHEY_TRIPLEX,
                         cv::FONT_HERSHEY_SCRIPT_SIMPLEX};
    cv::putText(mask,
                text,
                {UniformInt(random, -20, mask.cols / 2),
                 UniformInt(random, 10, mask.rows)},
                fonts[UniformInt(random, 0, 4)],
                scale,
                cv::Scalar::all(255),
                thickness,
                cv::LINE_AA);
  }
}

}  // namespace

double Uniform(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
}

int UniformInt(Random& random, int low, int high) {
  return low +
         static_cast<int>(random() % static_cast<uint64_t>(high - low + 1));
}

cv::Mat DrawDeadLeaves(Random& random, int side) {
  Canvas canvas = NewCanvas(random, side);
  const int size = canvas.pixels.cols;
  const double largest = size * 0.35;
  const double smallest = kSupersampling * std::exp(Uniform(random, 0.3, 3.2));
  double covered = 0;
  cv::Mat mask(size, size, CV_8U);
  while (covered < 4.0 * size * size) {
    // Inverse of the distribution function of density r^-3.
    const double u = Uniform(random, 0, 1);
    const double radius = 1 / std::sqrt(u / (largest * largest) +
                                        (1 - u) / (smallest * smallest));
    const cv::Point centre(UniformInt(random, 0, size - 1),
                           UniformInt(random, 0, size - 1));
    const std::vector<cv::Point> leaf = RandomLeaf(random, centre, radius);
    const int reach = static_cast<int>(radius) + 3;
    const cv::Rect area =
        cv::Rect(
            centre.x - reach, centre.y - reach, 2 * reach + 1, 2 * reach + 1) &
        cv::Rect(0, 0, size, size);
    mask(area).setTo(0);
    cv::fillPoly(mask,
                 std::vector<std::vector<cv::Point>>{leaf},
                 cv::Scalar::all(255),
                 cv::LINE_AA);
    if (Uniform(random, 0, 1) < 0.2) {  // out of focus, or a shadow
      cv::GaussianBlur(mask(area),
                       mask(area),
                       {0, 0},
                       Uniform(random, 0.5, 0.4 * std::sqrt(radius) + 1));
    }
    Cover(canvas, mask, area, RandomPaint(random, canvas.palette, radius));
    covered += radius * radius * 2;
  }
  return Finish(random, canvas, side);
}

cv::Mat DrawLinesAndLetters(Random& random, int side) {
  Canvas canvas = NewCanvas(random, side);
  const cv::Rect all({}, canvas.pixels.size());
  cv::Mat mask(canvas.pixels.size(), CV_8U, cv::Scalar::all(255));
  Paint ground = RandomPaint(random, canvas.palette, side);
  ground.stripes = 0;
  Cover(canvas, mask, all, ground);
  const int layers = UniformInt(random, 1, 4);
  for (int layer = 0; layer < layers; ++layer) {
    mask.setTo(0);
    if (Uniform(random, 0, 1) < 0.6) {
      DrawGrid(random, mask);
    } else {
      DrawLetters(random, mask);
    }
    Cover(canvas, mask, all, RandomPaint(random, canvas.palette, side));
  }
  return Finish(random, canvas, side);
}

}  // namespace stage::train
