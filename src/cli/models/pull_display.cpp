#include "cli/models/pull_display.h"

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>

#include "core/byte_text.h"
#include "core/progress_forms.h"
#include "core/text_encoding.h"

namespace stage::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kRedraw = std::chrono::milliseconds(200);
constexpr auto kJsonEvery = std::chrono::seconds(1);

/// Says yes at most once in a while; asked from several threads.
class Now {
 public:
  explicit Now(Clock::duration every) : every_(every.count()) {}
  bool IsTime() {
    const auto now = Clock::now().time_since_epoch().count();
    auto last = last_.load();
    return now - last >= every_ && last_.compare_exchange_strong(last, now);
  }

 private:
  const Clock::rep every_;
  std::atomic<Clock::rep> last_ = 0;
};

class TextDisplay : public remote::PullEvents {
 public:
  explicit TextDisplay(const ProgressOptions& options) : options_(options) {}

  void Planned(const ModelEntry& model,
               int64_t bytes,
               int64_t to_fetch) override {
    model_ = model.name;
    if (to_fetch == 0) return;
    Line(model.name + ": " + ByteText(to_fetch) +
         (to_fetch < bytes ? " of " + ByteText(bytes) : std::string()) +
         " to fetch, licence " + model.license);
  }
  void FileFinished(const std::string& name,
                    int64_t bytes,
                    bool fetched) override {
    if (fetched || options_.verbosity == Verbosity::kVerbose) {
      Line(model_ + ": " + name + ", " + ByteText(bytes) +
           (fetched ? "" : ", was here"));
    }
  }
  void Note(const std::string& text) override { Line(Printable(text)); }

 protected:
  virtual void Line(const std::string& text) {
    if (options_.verbosity != Verbosity::kQuiet) Write(text + "\n");
  }
  void Write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), options_.stream);
    std::fflush(options_.stream);
  }

  ProgressOptions options_;
  std::string model_;
};

class LiveDisplay final : public TextDisplay {
 public:
  using TextDisplay::TextDisplay;

  void FileStarted(const std::string& name, int64_t bytes) override {
    name_ = name;
    bytes_ = bytes;
    first_ = -1;
  }
  void FileGrown(int64_t there) override {
    if (first_ < 0) {
      first_ = there;
      start_ = Clock::now();
    }
    // Without wrapping, a line longer than the terminal is cut off.
    if (now_.IsTime()) Write("\r\x1b[K\x1b[?7l" + Text(there) + "\x1b[?7h");
  }

 private:
  std::string Text(int64_t there) const {
    std::string text = "  " + name_ + "  " + ByteText(there);
    if (bytes_ > 0) {
      text += " of " + ByteText(bytes_) + ", " +
              std::to_string(there * 100 / bytes_) + " %";
    }
    const double seconds =
        std::chrono::duration<double>(Clock::now() - start_).count();
    const double per_second = static_cast<double>(there - first_) / seconds;
    if (seconds < 1 || per_second < 1) return text;
    text += ", " + ByteText(static_cast<int64_t>(per_second)) + "/s";
    if (bytes_ > 0) {
      text += ", " +
              DurationText(static_cast<double>(bytes_ - there) / per_second) +
              " left";
    }
    return text;
  }
  void Line(const std::string& text) override {
    Write("\r\x1b[K");
    TextDisplay::Line(text);
  }

  std::string name_;
  int64_t bytes_ = -1;
  int64_t first_ = -1;
  Clock::time_point start_;
  Now now_{kRedraw};
};

class JsonDisplay final : public remote::PullEvents {
 public:
  explicit JsonDisplay(std::FILE* stream) : stream_(stream) {}

  void Planned(const ModelEntry& model,
               int64_t bytes,
               int64_t to_fetch) override {
    model_ = model.name;
    Write({{"event", "pull_planned"},
           {"model", model.name},
           {"bytes", bytes},
           {"to_fetch", to_fetch}});
  }
  void FileStarted(const std::string& name, int64_t bytes) override {
    name_ = name;
    bytes_ = bytes;
  }
  void FileGrown(int64_t there) override {
    if (now_.IsTime()) {
      Write({{"event", "pull_bytes"},
             {"model", model_},
             {"file", name_},
             {"there", there},
             {"bytes", bytes_}});
    }
  }
  void FileFinished(const std::string& name,
                    int64_t bytes,
                    bool fetched) override {
    Write({{"event", "pull_file"},
           {"model", model_},
           {"file", name},
           {"bytes", bytes},
           {"fetched", fetched}});
  }
  void Note(const std::string& text) override {
    Write({{"event", "note"}, {"text", Printable(text)}});
  }

 private:
  void Write(const nlohmann::json& event) {
    const std::string line = event.dump() + "\n";
    std::fwrite(line.data(), 1, line.size(), stream_);
    std::fflush(stream_);
  }

  std::FILE* stream_;
  std::string model_;
  std::string name_;
  int64_t bytes_ = -1;
  Now now_{kJsonEvery};
};

}  // namespace

std::unique_ptr<remote::PullEvents> MakePullDisplay(
    const ProgressOptions& options) {
  if (options.mode == ProgressMode::kJson) {
    return std::make_unique<JsonDisplay>(options.stream);
  }
  if (options.mode == ProgressMode::kNone ||
      options.verbosity == Verbosity::kQuiet) {
    return std::make_unique<remote::PullEvents>();
  }
  if (options.mode == ProgressMode::kAuto && CanRedraw(options.stream)) {
    return std::make_unique<LiveDisplay>(options);
  }
  return std::make_unique<TextDisplay>(options);
}

}  // namespace stage::cli
