#pragma once

#include "core/photo/photo.h"
#include "core/stager.h"

namespace stage::engine {

/// Tells of a file that is not what its name says, and of Content Credentials
/// that the result cannot keep.
void NoteSource(const PhotoSource& source, StageResult& result);

/// Adds a written photo to the job's results.
void NoteOutput(const WrittenPhoto& written, StageResult& result);

}  // namespace stage::engine
