#include "core/output_names.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <tuple>

#include "core/disclosure.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

// File systems allow 255 bytes a name; room for "-variant-12-labelled.jpeg".
constexpr size_t kLongestStemBytes = 180;
constexpr size_t kLongestWordBytes = 20;

std::string Folded(const fs::path& name) {
  return FoldedCase(name.generic_string());
}

/// A stem that is valid UTF-8 and leaves room for what is appended.
std::string SafeStem(const fs::path& relative) {
  std::string stem = ValidUtf8(relative.stem().native(), "_");
  if (stem.size() > kLongestStemBytes) {
    stem = ValidUtf8(stem.substr(0, kLongestStemBytes), "");
  }
  return stem;
}

fs::path InFolderOf(const NameRequest& request, const std::string& stem) {
  const fs::path folder =
      ValidUtf8(request.relative.parent_path().native(), "_");
  return folder / (stem + request.extension);
}

std::string WithoutDot(const std::string& extension) {
  return FoldedCase(extension.empty() ? extension : extension.substr(1));
}

std::string FolderWord(const fs::path& input) {
  return ValidUtf8(input.parent_path().filename().native(), "_");
}

/// Letters, digits and hyphens: a word that is safe in a file's name.
std::string NameWord(std::string word) {
  for (char& c : word) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
  }
  return word.substr(0, kLongestWordBytes);
}

fs::path WithSuffix(const fs::path& name, std::string_view suffix) {
  return name.parent_path() / (name.stem().string() + std::string(suffix) +
                               name.extension().string());
}

std::vector<fs::path> CompanionsOf(const fs::path& name,
                                   const NameRequest& request) {
  if (!request.companions) return {};
  return {LabelledPath(name), OriginalCopyPath(name, request.input)};
}

}  // namespace

std::string ResultExtension(const fs::path& photo,
                            const OutputOptions& output) {
  if (output.format == "jpeg") return ".jpg";
  if (output.format == "png") return ".png";
  if (output.format == "webp") return ".webp";
  if (output.format == "tiff") return ".tif";
  const std::string own = photo.extension().string();
  const std::string folded = FoldedCase(own);
  const bool is_heic =
      folded == ".heic" || folded == ".heif" || folded == ".hif";
  return is_heic || own.empty() ? ".jpg" : own;
}

OutputNames::OutputNames(const std::map<fs::path, ResultWork>& owners) {
  for (const auto& [name, work] : owners) owners_[Folded(name)] = work;
}

bool OutputNames::IsFree(const fs::path& name,
                         const NameRequest& request) const {
  const auto is_free = [&](const fs::path& wanted) {
    const std::string folded = Folded(wanted);
    if (taken_.contains(folded)) return false;
    const auto owner = owners_.find(folded);
    if (owner == owners_.end()) return true;
    const ResultWork& work = owner->second;
    return work == request.work() ||
           (work.operation.empty() && work.input == request.input);
  };
  if (!is_free(name)) return false;
  const std::vector<fs::path> companions = CompanionsOf(name, request);
  return std::all_of(companions.begin(), companions.end(), is_free);
}

void OutputNames::Take(const fs::path& name, const NameRequest& request) {
  taken_.insert(Folded(name));
  for (const fs::path& companion : CompanionsOf(name, request)) {
    taken_.insert(Folded(companion));
  }
}

/// What the name may be, best first.
std::vector<std::string> OutputNames::Stems(const NameRequest& request) const {
  const std::string stem = SafeStem(request.relative) +
                           (request.tag.empty() ? "" : "-") + request.tag;
  std::vector<std::string> stems = {stem};
  const auto owner = owners_.find(Folded(InFolderOf(request, stem)));
  if (owner != owners_.end() && owner->second.input == request.input) {
    const ResultWork& other = owner->second;
    for (const auto& [own, others] : {std::pair(request.style, other.style),
                                      {request.operation, other.operation},
                                      {request.backend, other.backend}}) {
      if (!own.empty() && own != others) {
        stems.push_back(stem + "-" + NameWord(own));
      }
    }
  }
  stems.insert(stems.end(),
               {stem + "-" + WithoutDot(request.input.extension().string()),
                stem + "-" + FolderWord(request.input),
                stem + "-staged"});
  return stems;
}

fs::path OutputNames::BaseName(const NameRequest& request) const {
  const std::vector<std::string> stems = Stems(request);
  for (const std::string& stem : stems) {
    const fs::path name = InFolderOf(request, stem);
    if (IsFree(name, request)) return name;
  }
  for (int n = 2;; ++n) {
    const fs::path name =
        InFolderOf(request, stems.back() + "-" + std::to_string(n));
    if (IsFree(name, request)) return name;
  }
}

void OutputNames::Assign(std::vector<NameRequest> requests) {
  // Who keeps the plain name must not depend on who was asked for first: the
  // photo whose extension stays, then the shorter stem (a photo before the
  // ones that look like its variants), then the name itself.
  const auto rank = [](const NameRequest& request) {
    const std::string folded = Folded(request.relative);
    const bool changes = WithoutDot(request.extension) !=
                         WithoutDot(request.input.extension().string());
    return std::make_tuple(changes,
                           !request.tag.empty(),
                           request.relative.stem().native().size(),
                           folded,
                           request.relative.native(),
                           request.input.native(),
                           request.tag);
  };
  std::sort(requests.begin(),
            requests.end(),
            [&](const NameRequest& a, const NameRequest& b) {
              return rank(a) < rank(b);
            });
  for (const NameRequest& request : requests) {
    const Key key(request.input, request.tag);
    if (names_.contains(key)) continue;
    const fs::path name = BaseName(request);
    Take(name, request);
    names_[key] = {name};
  }
  for (const NameRequest& request : requests) {
    std::vector<fs::path>& names = names_.at({request.input, request.tag});
    for (int n = static_cast<int>(names.size()) + 1; n <= request.variants;
         ++n) {
      const std::string number = std::to_string(n);
      fs::path name = WithSuffix(names.front(), "-" + number);
      std::string marker = "-variant-";
      while (!IsFree(name, request)) {
        name = WithSuffix(names.front(), marker + number);
        marker = "-variant" + marker;
      }
      Take(name, request);
      names.push_back(name);
    }
  }
}

const std::vector<fs::path>& OutputNames::Of(const fs::path& input,
                                             const std::string& tag) const {
  const auto names = names_.find({input, tag});
  if (names == names_.end()) {
    throw Error(ErrorKind::kUnexpected,
                Utf8Path(input) + ": no output name was planned");
  }
  return names->second;
}

}  // namespace stage
