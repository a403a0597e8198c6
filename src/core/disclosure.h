#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace stage {

/// What happened to the pixels; decides DigitalSourceType and the wording.
enum class Alteration {
  kNone,       ///< re-encoded at most
  kRendered,   ///< rendered furniture composited into the photo
  kDiffusion,  ///< parts made by a local generative model
  kVendorAi,   ///< made by a vendor's generative model
  kEnhanced,   ///< enlarged, relit, cleaned: nothing new in the room
};

/// The IPTC NewsCodes URI for a picture that was altered so; empty for none.
/// Source: https://cv.iptc.org/newscodes/digitalsourcetype/ (read 2026-11, as
/// modified 2024-09-17). `composite` is several elements that need not come
/// from generative AI; `compositeSynthetic` has meant generative AI since then.
std::string DigitalSourceType(Alteration alteration);

/// Where a rule was read, and when.
struct DisclosureSource {
  std::string url;
  std::string read;  ///< ISO date
};

/// One law or MLS rule set: `presets/disclosure/<name>.json`.
struct DisclosureRule {
  std::string name;
  std::string title;
  std::string region;
  std::string in_force;  ///< ISO date, or empty when it is not known
  std::vector<DisclosureSource> sources;
  bool label = false;    ///< a stamped second file
  bool caption = false;  ///< words in XMP and captions.csv
  bool pair = false;     ///< a copy of the original beside the result
  /// True: publish the labelled file; false: words on photos are forbidden or
  /// not wanted, publish the clean one.
  bool publishes_labelled = false;
  std::string label_text;    ///< `{what}` stands for what was done
  std::string caption_text;  ///< likewise
  std::vector<std::string> forbids;
  std::vector<std::string> duties;  ///< what remains for the user to do
  std::filesystem::path file;
};

/// Reads `disclosure/*.json` below each folder; a later folder replaces rules
/// of the same name. Folders that do not exist are skipped. Sorted by name.
/// @throws Error(kInput) naming the file and the key that is wrong
std::vector<DisclosureRule> LoadDisclosureRules(
    const std::vector<std::filesystem::path>& folders);

/// The rules of PresetFolders(), loaded once.
/// @throws Error(kInput) when one is wrong
const std::vector<DisclosureRule>& InstalledDisclosureRules();

/// All words --disclose takes: none, metadata, label, caption, pair, rules.
std::vector<std::string> DisclosureWords(
    const std::vector<DisclosureRule>& rules);

/// @throws Error(kUsage) for an unknown word, with the closest one, and for
///         `none` together with others
void CheckDisclosureWords(const std::vector<std::string>& words,
                          const std::vector<DisclosureRule>& rules);

/// What to write for one result.
struct DisclosurePlan {
  bool label = false;
  bool caption = false;
  bool pair = false;
  std::string label_text;
  std::string caption_text;
  std::vector<DisclosureRule> rules;  ///< those asked for, in their order
};

/// Merges the words asked for. What rules demand is left out for results that
/// are merely enhanced or unchanged, which they exempt; what is asked for by
/// its own word is always done. DigitalSourceType is written in any case.
/// @param what what was done, in a few words: "Virtually staged"
/// @throws Error(kUsage) as CheckDisclosureWords
DisclosurePlan PlanDisclosure(const std::vector<std::string>& words,
                              const std::vector<DisclosureRule>& rules,
                              Alteration alteration,
                              const std::string& what);

/// `<name>-labelled.<ext>` beside a result.
std::filesystem::path LabelledPath(const std::filesystem::path& result);
/// `<name>-original.<ext of the original>` beside a result.
std::filesystem::path OriginalCopyPath(const std::filesystem::path& result,
                                       const std::filesystem::path& original);
/// `captions.csv` in the folder of a result.
std::filesystem::path CaptionsPath(const std::filesystem::path& result);

}  // namespace stage
