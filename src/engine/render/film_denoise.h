#pragma once

#include "engine/render/film.h"
#include "engine/render/parallel.h"
#include "engine/render/view.h"

namespace stage::engine {

/// Takes the noise out of a normalised film: diffuse light apart from the
/// texture it falls on, reflections by themselves. What only this needs, albedo
/// and variances, is given back.
void DenoiseFilm(Film& film, const View& view, const WorkControl& control);

}  // namespace stage::engine
