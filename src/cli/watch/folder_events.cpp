#include "cli/watch/folder_events.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

namespace stage::cli {
namespace {

constexpr uint32_t kFinished = IN_CLOSE_WRITE | IN_MOVED_TO;
constexpr uint32_t kUnfinished = IN_MODIFY | IN_MOVED_FROM | IN_DELETE;
constexpr uint32_t kEvents = kFinished | kUnfinished | IN_CREATE;

}  // namespace

FolderEvents::FolderEvents(Mode mode) : mode_(mode) {
  if (mode_ == Mode::kPolled) return;
  descriptor_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor_ < 0) mode_ = Mode::kPolled;
}

FolderEvents::~FolderEvents() {
  if (descriptor_ >= 0) close(descriptor_);
}

void FolderEvents::Watch(const std::filesystem::path& folder) {
  if (descriptor_ < 0) return;
  const int watch =
      inotify_add_watch(descriptor_, folder.c_str(), kEvents | IN_ONLYDIR);
  if (watch < 0) {
    mode_ = Mode::kPolled;
  } else {
    folders_[watch] = folder;
  }
}

bool FolderEvents::Wait(std::chrono::milliseconds at_most) {
  pollfd request{descriptor_, POLLIN, 0};
  const int count = poll(
      &request, descriptor_ < 0 ? 0 : 1, static_cast<int>(at_most.count()));
  if (count > 0) ReadEvents();
  return count > 0;
}

void FolderEvents::ReadEvents() {
  alignas(inotify_event) std::array<char, 16384> buffer;
  while (true) {
    const ssize_t size = read(descriptor_, buffer.data(), buffer.size());
    if (size <= 0) return;
    for (ssize_t at = 0; at < size;) {
      const auto* event =
          reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      const auto folder = folders_.find(event->wd);
      if (folder == folders_.end() || event->len == 0) continue;
      const std::filesystem::path file = folder->second / event->name;
      if ((event->mask & kFinished) != 0) {
        closed_.insert(file);
      } else if ((event->mask & kUnfinished) != 0) {
        closed_.erase(file);
      }
    }
  }
}

}  // namespace stage::cli
