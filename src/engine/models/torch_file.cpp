#include "engine/models/torch_file.h"

#include <caffe2/serialize/inline_container.h>
#include <torch/torch.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>

#include "core/error.h"
#include "engine/models/pickle.h"

namespace stage::models {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

constexpr const char* kWrappers[] = {"params_ema", "params", "state_dict"};
// What torch.save wrote first before it wrote zip files: 0x1950a86a20f9469cfc6c
// does not fit an integer of eight bytes.
constexpr std::string_view kLegacyStart(
    "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20"
    "\x6a\xa8\x50\x19.",
    15);

const PickleValue* Member(const PickleDict& dict, const std::string& name) {
  for (const auto& [key, value] : dict) {
    if (key.text() != nullptr && *key.text() == name) return &value;
  }
  return nullptr;
}

std::map<std::string, Tensor> TensorsOf(const PickleValue& root) {
  const PickleDict* dict = root.dict();
  if (dict == nullptr) {
    throw Error(ErrorKind::kModel, "it holds no dictionary of tensors");
  }
  for (const char* wrapper : kWrappers) {
    const PickleValue* inner = Member(*dict, wrapper);
    if (inner != nullptr && inner->dict() != nullptr) {
      dict = inner->dict();
      break;
    }
  }
  std::map<std::string, Tensor> tensors;
  for (const auto& [key, value] : *dict) {
    if (key.text() != nullptr && value.tensor() != nullptr) {
      tensors[*key.text()] = *value.tensor();
    }
  }
  if (tensors.empty()) {
    throw Error(ErrorKind::kModel, "it holds no tensors");
  }
  return tensors;
}

std::map<std::string, Tensor> ReadZip(const fs::path& path) {
  caffe2::serialize::PyTorchStreamReader reader(path.string());
  std::map<std::string, Tensor> loaded;
  const StorageLoader storages =
      [&](torch::ScalarType type, const std::string& key, int64_t count) {
        Tensor& storage = loaded[key];
        if (storage.defined()) return storage;
        auto [data, size] = reader.getRecord("data/" + key);
        const auto stored = static_cast<int64_t>(size / c10::elementSize(type));
        if (count > stored) {
          throw Error(ErrorKind::kModel,
                      "storage " + key + " is shorter than it says");
        }
        const auto owner = std::make_shared<at::DataPtr>(std::move(data));
        storage = torch::from_blob(
            owner->get(), {count}, [owner](void*) {}, type);
        return storage;
      };
  auto [data, size] = reader.getRecord("data.pkl");
  std::string_view stream(static_cast<const char*>(data.get()), size);
  return TensorsOf(Unpickle(stream, storages));
}

/// Storages follow the pickle: tensors are made first and filled afterwards.
std::map<std::string, Tensor> ReadLegacy(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::string_view stream(bytes);
  stream.remove_prefix(kLegacyStart.size());
  std::map<std::string, Tensor> loaded;
  const StorageLoader storages =
      [&](torch::ScalarType type, const std::string& key, int64_t count) {
        Tensor& storage = loaded[key];
        if (storage.defined()) return storage;
        const uint64_t room = stream.size() / c10::elementSize(type);
        if (static_cast<uint64_t>(count) > room) {
          throw Error(ErrorKind::kModel, "it ends before its numbers do");
        }
        storage = torch::empty({count}, type);
        return storage;
      };
  Unpickle(stream, storages);  // version of the format
  Unpickle(stream, storages);  // sizes of the writing machine's types
  const PickleValue root = Unpickle(stream, storages);
  const PickleValue keys = Unpickle(stream, storages);
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(&keys.value);
  if (list == nullptr) throw Error(ErrorKind::kModel, "it is damaged");
  std::set<std::string> filled;
  for (const PickleValue& key : **list) {
    const auto storage = loaded.find(key.text() == nullptr ? "" : *key.text());
    uint64_t count = 0;
    if (storage == loaded.end() || stream.size() < sizeof count) {
      throw Error(ErrorKind::kModel, "it is damaged");
    }
    std::memcpy(&count, stream.data(), sizeof count);
    stream.remove_prefix(sizeof count);
    const Tensor& numbers = storage->second;
    const uint64_t size = numbers.nbytes();
    if (count != static_cast<uint64_t>(numbers.numel()) ||
        size > stream.size()) {
      throw Error(ErrorKind::kModel, "it ends before its numbers do");
    }
    std::memcpy(numbers.data_ptr(), stream.data(), size);
    stream.remove_prefix(size);
    filled.insert(storage->first);
  }
  if (filled.size() != loaded.size()) {
    throw Error(ErrorKind::kModel, "it ends before its numbers do");
  }
  return TensorsOf(root);
}

bool IsLegacy(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string start(kLegacyStart.size(), '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return in && start == kLegacyStart;
}

}  // namespace

Checkpoint ReadTorchFile(const fs::path& path) {
  try {
    return {.tensors = IsLegacy(path) ? ReadLegacy(path) : ReadZip(path),
            .source = path.string()};
  } catch (const Error& error) {
    throw Error(error.kind(), path.string() + ": " + error.what());
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::kModel,
                path.string() + ": not a file that torch.save wrote, or " +
                    "damaged: download it again");
  }
}

}  // namespace stage::models
