#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace stage::models {

struct PickleValue;
using PickleList = std::vector<PickleValue>;
using PickleDict = std::vector<std::pair<PickleValue, PickleValue>>;

/// A name such as "collections OrderedDict"; never imported or called.
struct PickleGlobal {
  std::string name;
};

/// What a pickle of a checkpoint can hold. Containers are shared, as in
/// Python.
struct PickleValue {
  std::variant<std::monostate,  // None
               bool,
               int64_t,
               double,
               std::string,
               std::shared_ptr<PickleList>,  // list or tuple
               std::shared_ptr<PickleDict>,
               PickleGlobal,
               torch::Tensor>
      value;

  const PickleDict* dict() const;
  const std::string* text() const;
  const torch::Tensor* tensor() const;
};

/// Gives the numbers of a storage, one-dimensional.
/// @param key    as the pickle names it
/// @param count  numbers it must hold
using StorageLoader = std::function<torch::Tensor(
    torch::ScalarType type, const std::string& key, int64_t count)>;

/// Reads one pickle (protocols 2 to 4) of tensors and plain containers, off
/// the front of `stream`. Nothing of it is executed: the only names accepted
/// are those by which torch.save writes tensors and ordered dictionaries.
/// @throws Error(kModel) naming what was refused
PickleValue Unpickle(std::string_view& stream, const StorageLoader& storages);

}  // namespace stage::models
