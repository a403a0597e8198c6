#pragma once

#include <memory>
#include <string>

#include "engine/catalogue/mesh.h"
#include "engine/catalogue/procedural/part.h"

namespace stage::engine::procedural {

/// Linear Rec. 709 of a "#rrggbb" display colour.
Vec3 LinearColour(const std::string& hex);
/// Display value 0..255 of a linear channel, clipped.
uint8_t DisplayValue(float linear);

/// Materials by role; `slot` is the name that presets recolour.
Material Fabric(const std::string& slot,
                const std::string& hex,
                const std::string& detail = "linen");
Material Leather(const std::string& slot, const std::string& hex);
/// @param species  oak, walnut, ash, teak, pine, black, white
Material Wood(const std::string& species, const std::string& slot = "wood");
Material Lacquer(const std::string& slot,
                 const std::string& hex,
                 float roughness = 0.35f);
/// @param finish  black, brass, chrome, bronze, steel
Material Metal(const std::string& finish, const std::string& slot = "metal");
Material Ceramic(const std::string& slot,
                 const std::string& hex,
                 float roughness = 0.3f);
/// @param kind  marble, travertine, terrazzo, concrete, slate
Material Stone(const std::string& kind, const std::string& slot = "stone");
Material ClearGlass(const std::string& slot = "glass");
/// A lampshade: bright by day, softly lit from inside by `glow` (linear).
Material Shade(const std::string& hex, float glow);
Material Bulb(float glow);
Material Woven(const std::string& slot, const std::string& kind);
Material Foliage(const std::string& slot, const std::string& hex);
Material Pictured(const std::string& slot,
                  MaterialKind kind,
                  std::shared_ptr<const Texture> texture);
Material Mirror();

}  // namespace stage::engine::procedural
