#include "core/log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <vector>

#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

NoteLevel LevelOf(spdlog::level::level_enum level) {
  if (level >= spdlog::level::err) return NoteLevel::kError;
  if (level == spdlog::level::warn) return NoteLevel::kWarning;
  return level == spdlog::level::info ? NoteLevel::kInfo : NoteLevel::kDebug;
}

/// Hands log lines to the progress display, which owns the terminal.
class ProgressSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit ProgressSink(Progress& progress) : progress_(progress) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    progress_.Note(LevelOf(message.level),
                   std::string(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

 private:
  Progress& progress_;
};

}  // namespace

void SetUpLogging(const LogOptions& options) {
  const bool verbose = options.verbosity == Verbosity::kVerbose;
  std::vector<spdlog::sink_ptr> sinks;
  if (options.progress != nullptr) {
    sinks.push_back(std::make_shared<ProgressSink>(*options.progress));
    sinks.back()->set_level(options.verbosity == Verbosity::kQuiet
                                ? spdlog::level::err
                            : verbose ? spdlog::level::info
                                      : spdlog::level::warn);
  }
  if (options.file) {
    try {
      sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(
          options.file->string()));
    } catch (const spdlog::spdlog_ex& error) {
      throw Error(
          ErrorKind::kDisk,
          Utf8Path(*options.file) + ": cannot be written to: " + error.what());
    }
    sinks.back()->set_level(verbose ? spdlog::level::debug
                                    : spdlog::level::info);
    sinks.back()->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %P %l %v");
  }
  auto logger =
      std::make_shared<spdlog::logger>("stage", sinks.begin(), sinks.end());
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

void ShutDownLogging() {
  spdlog::default_logger()->flush();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("stage"));
}

}  // namespace stage
