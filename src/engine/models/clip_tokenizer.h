#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stage::models {

/// Byte-pair encoding of CLIP (arXiv:2103.00020, section 2.4), as the widely
/// used implementation does it without ftfy: control characters vanish, CJK
/// ideographs stand alone, text is lower-cased and normalised (NFC).
class ClipTokenizer {
 public:
  /// Reads `vocab.json`, `merges.txt` and the special tokens of a published
  /// tokenizer folder.
  /// @param pad  padding token in place of the folder's; empty: the folder's
  /// @throws Error(kModel) naming the file
  explicit ClipTokenizer(const std::filesystem::path& folder,
                         const std::string& pad = "");

  /// The ids of a text, without begin and end marks.
  /// @param text  UTF-8; damaged bytes are dropped
  std::vector<int64_t> Encode(const std::string& text) const;
  /// Begin mark, ids, end mark, padded or cut to `length`; the end mark is
  /// kept when cutting.
  std::vector<int64_t> EncodePadded(const std::string& text,
                                    size_t length = 77) const;
  int64_t begin_id() const { return begin_; }
  int64_t end_id() const { return end_; }
  int64_t pad_id() const { return pad_; }

 private:
  std::vector<std::string> Merge(const std::string& word) const;
  int64_t IdOf(const std::string& token) const;

  std::unordered_map<std::string, int64_t> ids_;
  std::map<std::pair<std::string, std::string>, int> ranks_;
  int64_t begin_ = 0, end_ = 0, pad_ = 0, unknown_ = 0;
  std::string begin_text_, end_text_;
};

}  // namespace stage::models
