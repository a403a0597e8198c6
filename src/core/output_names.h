#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/staging_job.h"

namespace stage {

/// The extension of a result of `photo`: the photo's own, as it is spelled,
/// when its format is kept; HEIC is never written and becomes ".jpg".
std::string ResultExtension(const std::filesystem::path& photo,
                            const OutputOptions& output);

/// What a result shows, as far as its name tells: results of one photo that
/// differ in it live side by side, others replace each other.
struct ResultWork {
  std::filesystem::path input;  ///< absolute; empty for files of no job
  std::string style;            ///< of `generate`, else empty
  std::string operation;        ///< empty when nothing was made of it yet
  std::string backend;

  bool operator==(const ResultWork&) const = default;
};

/// One photo that wants names in an output folder.
struct NameRequest {
  std::filesystem::path input;     ///< absolute
  std::filesystem::path relative;  ///< wished place below the output folder
  std::string extension;           ///< of the result, with the dot
  int variants = 1;
  bool companions = false;  ///< reserve `-labelled` and `-original` too
  /// Tells several jobs of one photo apart; appended to the name.
  std::string tag;
  std::string style = {};      ///< as in ResultWork
  std::string operation = {};  ///< as in ResultWork
  std::string backend = {};    ///< as in ResultWork

  ResultWork work() const { return {input, style, operation, backend}; }
};

/// Hands out names of results in one output folder, so that none ever
/// collides with another photo's, also where case does not count:
/// `kitchen.jpg`, then `kitchen-2.jpg`, ... for variants. A photo whose name
/// is taken gets its own extension (`kitchen-png.jpg`) or its folder's name
/// (`kitchen-flat2.jpg`) appended; one whose name holds another style's,
/// operation's or backend's result of the same photo gets that word
/// (`kitchen-scandinavian.jpg`). Names do not depend on which photos of a
/// folder are chosen, nor on their order.
class OutputNames {
 public:
  /// @param owners  names already in the folder, relative, and whose results
  ///        they are
  explicit OutputNames(
      const std::map<std::filesystem::path, ResultWork>& owners);

  /// Assigns names to all requests; ask for the whole folder at once, with
  /// photos that are not part of the batch too.
  void Assign(std::vector<NameRequest> requests);
  /// The names of one assigned request, relative to the output folder, one a
  /// variant.
  const std::vector<std::filesystem::path>& Of(
      const std::filesystem::path& input, const std::string& tag = "") const;

 private:
  bool IsFree(const std::filesystem::path& name,
              const NameRequest& request) const;
  void Take(const std::filesystem::path& name, const NameRequest& request);
  std::vector<std::string> Stems(const NameRequest& request) const;
  std::filesystem::path BaseName(const NameRequest& request) const;

  using Key = std::pair<std::filesystem::path, std::string>;  ///< input, tag

  std::map<std::string, ResultWork> owners_;  ///< by folded name
  std::set<std::string> taken_;               ///< folded names
  std::map<Key, std::vector<std::filesystem::path>> names_;
};

}  // namespace stage
