#pragma once

#include "core/photo/photo.h"
#include "core/stager.h"

namespace stage::engine {

/// Tells of a file that is not what its name says, and of Content Credentials
/// that the result cannot keep.
void NoteSource(const PhotoSource& source, StageResult& result);

}  // namespace stage::engine
