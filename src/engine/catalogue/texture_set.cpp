#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/error.h"
#include "engine/catalogue/scene_import.h"
#include "engine/catalogue/texture_decoder.h"

namespace stage::engine {
namespace {

/// Finer than this shows nowhere in a listing photo and costs memory.
constexpr int kLongEdgePx = 2048;

std::shared_ptr<const Texture> Decode(const std::vector<uint8_t>& bytes,
                                      const std::string& name,
                                      bool colour) {
  auto texture = std::make_shared<Texture>();
  texture->srgb =
      LimitTexture(DecodeTexture(bytes, name),
                   kLongEdgePx,
                   colour ? TextureContent::kColour : TextureContent::kData);
  return texture;
}

std::string FileName(const std::string& reference) {
  return reference.substr(reference.find_last_of('/') + 1);
}

}  // namespace

TextureSet::TextureSet(const FileTree& files, std::string model_name)
    : files_(files), model_name_(std::move(model_name)) {}

std::optional<std::string> TextureSet::Find(std::string reference) const {
  std::replace(reference.begin(), reference.end(), '\\', '/');
  const std::string folder = FolderOf(model_name_);
  if (auto name = files_.Resolve(folder, reference)) return name;
  const std::string plain = UnescapedUri(reference);
  if (auto name = files_.Resolve(folder, plain)) return name;
  if (auto name = files_.Resolve(folder, FileName(plain))) return name;
  const std::string ending = '/' + FileName(plain);
  for (const std::string& name : files_.names()) {
    if (name.starts_with(folder) && name.ends_with(ending)) return name;
  }
  return std::nullopt;
}

std::shared_ptr<const Texture> TextureSet::Load(const std::string& reference,
                                                bool colour) {
  const auto [at, added] = loaded_.try_emplace({reference, colour});
  if (!added) return at->second;
  const std::optional<std::string> name = Find(reference);
  if (!name) {
    spdlog::debug("{}: {}: texture {} is missing",
                  files_.origin().string(),
                  model_name_,
                  reference);
    return nullptr;
  }
  try {
    at->second = Decode(files_.Read(*name), *name, colour);
  } catch (const Error& error) {
    spdlog::debug("{}: {}", files_.origin().string(), error.what());
  }
  return at->second;
}

std::shared_ptr<const Texture> TextureSet::Colour(
    const std::string& reference) {
  return Load(reference, true);
}

std::shared_ptr<const Texture> TextureSet::Data(const std::string& reference) {
  return Load(reference, false);
}

std::shared_ptr<const Texture> TextureSet::ColourWithMask(
    const std::string& colour, const std::string& mask) {
  const std::shared_ptr<const Texture> base = Colour(colour);
  if (base == nullptr || base->srgb.channels() == 4) return base;
  const std::shared_ptr<const Texture> cut = Data(mask);
  if (cut == nullptr || mask == colour) return base;
  auto merged = std::make_shared<Texture>();
  const ImageU8& rgb = base->srgb;
  merged->srgb = ImageU8(rgb.width(), rgb.height(), 4);
  const int alpha_channel = cut->srgb.channels() == 4 ? 3 : 0;
  for (int y = 0; y < rgb.height(); ++y) {
    const int mask_y = y * cut->srgb.height() / rgb.height();
    for (int x = 0; x < rgb.width(); ++x) {
      const int mask_x = x * cut->srgb.width() / rgb.width();
      for (int c = 0; c < 3; ++c) {
        merged->srgb.at(x, y, c) = rgb.at(x, y, c);
      }
      merged->srgb.at(x, y, 3) = cut->srgb.at(mask_x, mask_y, alpha_channel);
    }
  }
  return merged;
}

std::shared_ptr<const Texture> TextureSet::Embedded(const aiTexture& texture,
                                                    bool colour) {
  if (texture.mHeight != 0) return nullptr;  // raw texels: not in glTF
  const auto* bytes = reinterpret_cast<const uint8_t*>(texture.pcData);
  const std::string key =
      "*" + std::to_string(reinterpret_cast<uintptr_t>(bytes));
  const auto [at, added] = loaded_.try_emplace({key, colour});
  if (!added) return at->second;
  try {
    at->second = Decode({bytes, bytes + texture.mWidth}, model_name_, colour);
  } catch (const Error& error) {
    spdlog::debug("{}: {}", files_.origin().string(), error.what());
  }
  return at->second;
}

}  // namespace stage::engine
