#include "core/job_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <string_view>

#include "core/adjustments.h"
#include "core/disclosure.h"
#include "core/error.h"
#include "core/suggestion.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

Error BadValue(const std::string& value, const std::string& expected) {
  return Error(ErrorKind::kUsage, "'" + value + "': expected " + expected);
}

bool ParseFlag(const std::string& value) {
  const std::string word = FoldedCase(value);
  if (word == "yes" || word == "true" || word == "1" || word == "y")
    return true;
  if (word == "no" || word == "false" || word == "0" || word == "n")
    return false;
  throw BadValue(value, "yes or no");
}

template <typename Number>
Number ParseNumber(const std::string& value) {
  Number number{};
  const char* end = value.data() + value.size();
  const auto result = std::from_chars(value.data(), end, number);
  if (result.ec == std::errc() && result.ptr == end) return number;
  throw BadValue(value, "a number");
}

template <typename Number>
Number ParseInRange(const std::string& value, Number least, Number most) {
  const Number number = ParseNumber<Number>(value);
  if (number >= least && number <= most) return number;
  throw BadValue(
      value, "from " + std::to_string(least) + " to " + std::to_string(most));
}

int ParseEdge(const std::string& value) {
  return ParseInRange<int>(value, 16, 65535);
}

std::string ParseWord(const std::string& value,
                      const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), value) != words.end()) return value;
  throw Error(ErrorKind::kUsage, UnknownWordMessage("word", value, words));
}

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  const size_t end = text.find_last_not_of(" \t");
  return std::string(text.substr(begin, end - begin + 1));
}

std::vector<std::string> ParseList(const std::string& value) {
  std::vector<std::string> items;
  size_t begin = 0;
  while (begin <= value.size()) {
    const size_t end = std::min(value.find(';', begin), value.size());
    std::string item =
        Trimmed(std::string_view(value).substr(begin, end - begin));
    if (!item.empty()) items.push_back(std::move(item));
    begin = end + 1;
  }
  return items;
}

fs::path ParsePath(const std::string& value, const fs::path& base) {
  return (base / value).lexically_normal();
}

/// Which operations a field belongs to, one bit each.
enum Scope : unsigned {
  kInGenerate = 1,
  kInEdit = 2,
  kInDeclutter = 4,
  kInUpscale = 8,
  kInAll = 15,
};

unsigned ScopeOf(Operation operation) {
  switch (operation) {
    case Operation::kGenerate:
      return kInGenerate;
    case Operation::kEdit:
      return kInEdit;
    case Operation::kDeclutter:
      return kInDeclutter;
    case Operation::kUpscale:
      return kInUpscale;
  }
  return 0;
}

struct Setting {
  const std::string& value;
  const fs::path& base;
  StagingJob& job;
};

struct JobField {
  std::string_view name;
  unsigned scope;
  void (*set)(const Setting&);
};

void SetMask(const Setting& s) {
  const bool is_box = IsMaskBox(s.value);
  if (is_box && s.job.operation != Operation::kEdit &&
      s.job.operation != Operation::kDeclutter) {
    throw BadValue(s.value, "a mask file; only edit and declutter take a box");
  }
  const fs::path path = is_box ? fs::path() : ParsePath(s.value, s.base);
  switch (s.job.operation) {
    case Operation::kGenerate:
      s.job.generate.mask = path;
      break;
    case Operation::kEdit:
      s.job.edit.mask = path;
      s.job.edit.mask_box = is_box ? s.value : "";
      break;
    case Operation::kDeclutter:
      s.job.declutter.mask = path;
      s.job.declutter.mask_box = is_box ? s.value : "";
      break;
    case Operation::kUpscale:
      break;
  }
}

void SetPrompt(const Setting& s) {
  (s.job.operation == Operation::kEdit ? s.job.edit.prompt
                                       : s.job.generate.prompt) = s.value;
}

void SetLongEdge(const Setting& s) {
  const int edge = ParseEdge(s.value);
  if (s.job.operation == Operation::kUpscale) {
    s.job.upscale.long_edge_px = edge;
  } else {
    s.job.output.long_edge_px = edge;
  }
}

void SetFurniture(const Setting& s) {
  s.job.generate.furniture.clear();
  for (const std::string& item : ParseList(s.value)) {
    s.job.generate.furniture.push_back(ParsePath(item, s.base));
  }
}

void SetVendorOptions(const Setting& s) {
  for (const std::string& item : ParseList(s.value)) {
    const size_t equals = item.find('=');
    if (equals == std::string::npos) throw BadValue(item, "key=value");
    s.job.vendor_options[Trimmed(item.substr(0, equals))] =
        Trimmed(item.substr(equals + 1));
  }
}

constexpr auto kFields = std::to_array<JobField>({
    {"room",
     kInGenerate,
     [](const Setting& s) { s.job.generate.room = s.value; }},
    {"style",
     kInGenerate,
     [](const Setting& s) { s.job.generate.style = s.value; }},
    {"prompt", kInGenerate | kInEdit, SetPrompt},
    {"negative_prompt",
     kInGenerate,
     [](const Setting& s) { s.job.generate.negative_prompt = s.value; }},
    {"fidelity",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.fidelity = ParseFidelity(s.value);
     }},
    {"room_size",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.room_size =
           ParseWord(s.value, {"small", "medium", "large"});
     }},
    {"scale",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.scale = ParseWord(s.value, {"standard", "wide"});
     }},
    {"image_size",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.image_size =
           ParseWord(s.value, {"1K", "2K", "4K", "source"});
     }},
    {"budget",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.budget = ParseWord(s.value, {"low", "mid", "high"});
     }},
    {"furniture", kInGenerate, SetFurniture},
    {"declutter_first",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.declutter_first = ParseFlag(s.value);
     }},
    {"mask", kInGenerate | kInEdit | kInDeclutter, SetMask},
    {"exterior",
     kInGenerate,
     [](const Setting& s) { s.job.generate.exterior = ParseFlag(s.value); }},
    {"sketch",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.sketch =
           ParseWord(s.value, {"drawing", "floorplan", "section", "elevation"});
     }},
    {"engine",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.engine =
           ParseWord(s.value, {"auto", "render", "diffusion"});
     }},
    {"same_room",
     kInGenerate,
     [](const Setting& s) { s.job.generate.same_room = s.value; }},
    {"camera_height",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.camera_height_m = ParseInRange<double>(s.value, 0.2, 10);
     }},
    {"ceiling_height",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.ceiling_height_m = ParseInRange<double>(s.value, 1.8, 20);
     }},
    {"plan",
     kInGenerate,
     [](const Setting& s) {
       s.job.generate.plan_in = ParsePath(s.value, s.base);
     }},
    {"remove",
     kInEdit,
     [](const Setting& s) { s.job.edit.remove = ParseFlag(s.value); }},
    {"material",
     kInEdit,
     [](const Setting& s) { s.job.edit.material = s.value; }},
    {"object", kInEdit, [](const Setting& s) { s.job.edit.object = s.value; }},
    {"daylight",
     kInEdit,
     [](const Setting& s) {
       s.job.edit.daylight =
           ParseWord(s.value, {"midday", "sunset", "night", "sunrise"});
     }},
    {"sky", kInEdit, [](const Setting& s) { s.job.edit.sky = s.value; }},
    {"season", kInEdit, [](const Setting& s) { s.job.edit.season = s.value; }},
    {"select",
     kInEdit,
     [](const Setting& s) { s.job.edit.select = ParseList(s.value); }},
    {"adjust",
     kInEdit,
     [](const Setting& s) {
       ParseAdjustments(s.value);
       s.job.edit.adjust = s.value;
     }},
    {"mask_grow",
     kInEdit | kInDeclutter,
     [](const Setting& s) {
       (s.job.operation == Operation::kEdit ? s.job.edit.mask_grow
                                            : s.job.declutter.mask_grow) =
           s.value;
     }},
    {"keep",
     kInDeclutter,
     [](const Setting& s) { s.job.declutter.keep = ParseList(s.value); }},
    {"factor",
     kInUpscale,
     [](const Setting& s) {
       s.job.upscale.factor = ParseNumber<int>(ParseWord(s.value, {"2", "4"}));
     }},
    {"short_edge",
     kInUpscale,
     [](const Setting& s) {
       s.job.upscale.short_edge_px = ParseEdge(s.value);
     }},
    {"long_edge", kInAll, SetLongEdge},
    {"variants",
     kInAll,
     [](const Setting& s) {
       s.job.variants = ParseInRange<int>(s.value, 1, 20);
     }},
    {"seed",
     kInAll,
     [](const Setting& s) { s.job.seed = ParseNumber<uint64_t>(s.value); }},
    {"format",
     kInAll,
     [](const Setting& s) {
       s.job.output.format =
           ParseWord(s.value, {"keep", "jpeg", "png", "webp", "tiff"});
     }},
    {"quality",
     kInAll,
     [](const Setting& s) {
       s.job.output.quality = ParseInRange<int>(s.value, 1, 100);
     }},
    {"steps",
     kInGenerate | kInEdit,
     [](const Setting& s) {
       s.job.diffusion.steps = ParseInRange(s.value, 1, kMostDiffusionSteps);
     }},
    {"guidance",
     kInGenerate | kInEdit,
     [](const Setting& s) {
       s.job.diffusion.guidance = ParseInRange(s.value, 1.0, kMostGuidance);
     }},
    {"strength",
     kInGenerate | kInEdit,
     [](const Setting& s) {
       s.job.diffusion.strength = ParseInRange(s.value, 0.0, 1.0);
     }},
    {"scheduler",
     kInGenerate | kInEdit,
     [](const Setting& s) {
       s.job.diffusion.scheduler = ParseWord(s.value, DiffusionSchedulers());
     }},
    {"disclose",
     kInAll,
     [](const Setting& s) {
       s.job.output.disclose = ParseList(s.value);
       CheckDisclosureWords(s.job.output.disclose, InstalledDisclosureRules());
     }},
    {"set", kInAll, SetVendorOptions},
});

std::string FieldWord(std::string name) {
  name = FoldedCase(Trimmed(name));
  std::replace(name.begin(), name.end(), '-', '_');
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

}  // namespace

std::vector<std::string> JobFieldNames() {
  std::vector<std::string> names;
  names.reserve(std::size(kFields));
  for (const JobField& field : kFields) names.emplace_back(field.name);
  return names;
}

void SetJobField(const std::string& name,
                 const std::string& value,
                 const fs::path& base,
                 StagingJob& job) {
  const std::string word = FieldWord(name);
  const auto field = std::find_if(
      kFields.begin(), kFields.end(), [&](const JobField& candidate) {
        return candidate.name == word;
      });
  if (field == kFields.end()) {
    throw Error(ErrorKind::kUsage,
                UnknownWordMessage("field", name, JobFieldNames()));
  }
  if ((field->scope & ScopeOf(job.operation)) == 0) {
    throw Error(ErrorKind::kUsage,
                "'" + name + "' means nothing to " +
                    std::string(OperationName(job.operation)) +
                    "; leave it empty there");
  }
  try {
    field->set({value, base, job});
  } catch (const Error& error) {
    throw Error(error.kind(), word + ": " + error.what());
  }
}

}  // namespace stage
