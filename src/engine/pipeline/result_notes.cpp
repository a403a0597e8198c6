#include "engine/pipeline/result_notes.h"

#include "core/photo/photo_format.h"

namespace stage::engine {

void NoteSource(const PhotoSource& source, StageResult& result) {
  if (source.name_misleads) {
    result.warnings.push_back("the file is a " +
                              std::string(PhotoFormatName(source.format)) +
                              ", whatever its name says");
  }
  if (source.has_content_credentials) {
    result.details["content_credentials"] = "dropped";
    result.warnings.push_back(
        "the photo's Content Credentials (C2PA) vouch for the photo as it was: "
        "the result carries none");
  }
}

void NoteOutput(const WrittenPhoto& written, StageResult& result) {
  result.outputs.push_back({written.path,
                            written.sha256,
                            written.width,
                            written.height,
                            written.companions});
}

}  // namespace stage::engine
