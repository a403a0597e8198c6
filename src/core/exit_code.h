#pragma once

namespace stage {

/// What the process answers to its caller. The numbers are part of the
/// contract with scripts (README, man page) and are never reused.
enum class ExitCode : int {
  kOk = 0,                  ///< everything was done
  kUnexpected = 1,          ///< a bug
  kUsage = 2,               ///< a wrong flag, value or combination
  kSomePhotosFailed = 3,    ///< the batch ran; at least one photo failed
  kCredentials = 10,        ///< a key is missing or was refused
  kCredits = 11,            ///< the account or --max-credits is used up
  kVendorUnavailable = 12,  ///< the vendor does not answer
  kModel = 13,              ///< weights or a catalogue are missing
  kDevice = 14,             ///< no such device, or out of memory on it
  kDisk = 15,               ///< full, unreadable, unwritable or locked
  kInterrupted = 130,       ///< SIGINT or SIGTERM
};

}  // namespace stage
