#include "cli/photo_command.h"

#include "cli/unavailable.h"

namespace stage::cli {

ExitCode RunPhotoCommand(const PhotoOptions& options, StagingJob job) {
  CheckPhotoOptions(options);
  throw NotInThisVersion(
      ErrorKind::kUnexpected, "run batches", "wait for the next one");
}

}  // namespace stage::cli
