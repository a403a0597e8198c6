#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace stage::models {

/// Reads `folder/name`, the configuration published with a model. The
/// non-standard numbers Infinity, -Infinity and NaN, which some libraries
/// write, are read as null.
/// @throws Error(kModel) naming the file
nlohmann::json ReadModelConfig(const std::filesystem::path& folder,
                               const std::string& name = "config.json");

/// A model's config.json: fields that are null or missing take the defaults
/// of the library that wrote it, which the caller gives.
class ModelConfig {
 public:
  explicit ModelConfig(const nlohmann::json& json) : json_(json) {}

  bool Has(const char* name) const {
    return json_.contains(name) && !json_[name].is_null();
  }
  int64_t Integer(const char* name, int64_t otherwise) const;
  double Number(const char* name, double otherwise) const;
  bool Flag(const char* name, bool otherwise) const;
  std::string Word(const char* name, const std::string& otherwise) const;
  std::vector<int64_t> Integers(const char* name,
                                const std::vector<int64_t>& otherwise) const;
  std::vector<std::string> Words(const char* name) const;
  /// One value a block; a single number applies to all.
  std::vector<int64_t> PerBlock(const char* name,
                                size_t blocks,
                                int64_t otherwise) const;
  /// @throws Error(kModel) unless the field is missing, null or `expected`
  void Only(const char* name, const nlohmann::json& expected) const;

 private:
  [[noreturn]] void Refuse(const char* name) const;

  const nlohmann::json& json_;
};

}  // namespace stage::models
