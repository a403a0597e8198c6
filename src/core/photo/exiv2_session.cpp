#include "core/photo/exiv2_session.h"

#include <exiv2/exiv2.hpp>
#include <mutex>

namespace stage {
namespace {

std::recursive_mutex& XmpMutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

void LockXmp(void*, bool lock) {
  if (lock) {
    XmpMutex().lock();
  } else {
    XmpMutex().unlock();
  }
}

}  // namespace

void PrepareExiv2() {
  static std::once_flag once;
  std::call_once(once, [] {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    Exiv2::XmpParser::initialize(LockXmp, nullptr);
  });
}

}  // namespace stage
