#include "engine/models/clip_tokenizer.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/clip_text_pieces.h"
#include "engine/models/model_config.h"

namespace stage::models {
namespace {

using nlohmann::json;

const std::string kWordEnd = "</w>";

/// The printable character that stands for each byte in CLIP's vocabulary:
/// printable Latin-1 for itself, the rest from U+0100 on.
std::array<std::string, 256> ByteCharacters() {
  std::array<std::string, 256> characters;
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 0x21 && byte <= 0x7e) ||
                           (byte >= 0xa1 && byte <= 0xac) ||
                           (byte >= 0xae && byte <= 0xff);
    characters[byte] = Utf8Of(printable ? byte : next++);
  }
  return characters;
}

/// A special token as tokenizer files write it: a text or an object.
std::string TokenText(const json& config,
                      const char* name,
                      const std::string& otherwise) {
  if (!config.contains(name)) return otherwise;
  const json& token = config[name];
  if (token.is_string()) return token.get<std::string>();
  if (token.is_object()) return token.value("content", otherwise);
  return otherwise;
}

std::map<std::pair<std::string, std::string>, int> ReadMerges(
    const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) {
    throw Error(ErrorKind::kModel,
                path.string() + ": missing; the model is not complete");
  }
  std::map<std::pair<std::string, std::string>, int> ranks;
  int rank = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const size_t space = line.find(' ');
    if (line.starts_with("#version") || space == std::string::npos) continue;
    ranks.emplace(std::pair(line.substr(0, space), line.substr(space + 1)),
                  rank++);
  }
  return ranks;
}

}  // namespace

ClipTokenizer::ClipTokenizer(const std::filesystem::path& folder,
                             const std::string& pad)
    : ranks_(ReadMerges(folder / "merges.txt")) {
  const json vocabulary = ReadModelConfig(folder, "vocab.json");
  for (const auto& [token, id] : vocabulary.items()) {
    if (!id.is_number_integer()) {
      throw Error(ErrorKind::kModel,
                  (folder / "vocab.json").string() + ": token '" + token +
                      "' has no number");
    }
    ids_[token] = id.get<int64_t>();
  }
  json config = json::object();
  for (const char* name :
       {"special_tokens_map.json", "tokenizer_config.json"}) {
    if (std::filesystem::exists(folder / name)) {
      config.update(ReadModelConfig(folder, name));
    }
  }
  begin_text_ = TokenText(config, "bos_token", "<|startoftext|>");
  end_text_ = TokenText(config, "eos_token", "<|endoftext|>");
  for (const std::string& token : {begin_text_, end_text_}) {
    if (!ids_.contains(token)) {
      throw Error(
          ErrorKind::kModel,
          (folder / "vocab.json").string() + ": has no '" + token + "'");
    }
  }
  begin_ = ids_.at(begin_text_);
  end_ = ids_.at(end_text_);
  unknown_ = end_;
  unknown_ = IdOf(TokenText(config, "unk_token", end_text_));
  pad_ = IdOf(pad.empty() ? TokenText(config, "pad_token", end_text_) : pad);
}

int64_t ClipTokenizer::IdOf(const std::string& token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? unknown_ : found->second;
}

/// Joins neighbours, the most frequent pair first, until none is known.
std::vector<std::string> ClipTokenizer::Merge(const std::string& word) const {
  static const std::array<std::string, 256> kCharacters = ByteCharacters();
  std::vector<std::string> parts;
  for (const char c : word) {
    parts.push_back(kCharacters[static_cast<unsigned char>(c)]);
  }
  parts.back() += kWordEnd;
  while (parts.size() > 1) {
    int best = std::numeric_limits<int>::max();
    std::pair<std::string, std::string> pair;
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto rank = ranks_.find({parts[i], parts[i + 1]});
      if (rank == ranks_.end() || rank->second >= best) continue;
      best = rank->second;
      pair = rank->first;
    }
    if (best == std::numeric_limits<int>::max()) break;
    std::vector<std::string> merged;
    for (size_t i = 0; i < parts.size(); ++i) {
      const bool joins = i + 1 < parts.size() && parts[i] == pair.first &&
                         parts[i + 1] == pair.second;
      merged.push_back(joins ? parts[i] + parts[i + 1] : parts[i]);
      if (joins) ++i;
    }
    parts = std::move(merged);
  }
  return parts;
}

std::vector<int64_t> ClipTokenizer::Encode(const std::string& text) const {
  std::vector<int64_t> ids;
  for (const std::string& piece :
       ClipTextPieces(text, {begin_text_, end_text_})) {
    if (piece == begin_text_ || piece == end_text_) {
      ids.push_back(piece == begin_text_ ? begin_ : end_);
      continue;
    }
    for (const std::string& token : Merge(piece)) ids.push_back(IdOf(token));
  }
  return ids;
}

std::vector<int64_t> ClipTokenizer::EncodePadded(const std::string& text,
                                                 size_t length) const {
  std::vector<int64_t> ids = Encode(text);
  ids.resize(std::min(ids.size(), length - 2));
  ids.insert(ids.begin(), begin_);
  ids.push_back(end_);
  ids.resize(length, pad_);
  return ids;
}

}  // namespace stage::models
