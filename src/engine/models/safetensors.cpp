#include "engine/models/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/error.h"

namespace stage::models {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The format's own limit of a header.
constexpr uint64_t kLongestHeaderBytes = 100'000'000;

[[noreturn]] void Refuse(const fs::path& path, const std::string& what) {
  throw Error(
      ErrorKind::kModel,
      path.string() + ": " + what + "; the file is damaged: download it again");
}

/// A file in memory, read as it is used.
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (descriptor < 0 || fstat(descriptor, &about) != 0) {
      const std::string reason = std::strerror(errno);
      if (descriptor >= 0) close(descriptor);
      throw Error(ErrorKind::kModel,
                  path.string() + ": cannot be read: " + reason);
    }
    size_ = static_cast<uint64_t>(about.st_size);
    if (size_ > 0) {
      // Private and writable: libtorch has no read-only tensors.
      bytes_ = static_cast<char*>(mmap(nullptr,
                                       size_,
                                       PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_NORESERVE,
                                       descriptor,
                                       0));
    }
    close(descriptor);
    if (size_ > 0 && bytes_ == MAP_FAILED) {
      throw Error(
          ErrorKind::kModel,
          path.string() + ": cannot be mapped: " + std::strerror(errno));
    }
  }
  ~MappedFile() {
    if (size_ > 0) munmap(bytes_, size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// Drops the whole pages of a part that lies in the file from memory.
  void Forget(const void* start, uint64_t size) const {
    constexpr uintptr_t kPage = 4096;
    const auto begin = reinterpret_cast<uintptr_t>(start);
    const auto first = reinterpret_cast<uintptr_t>(bytes_);
    if (begin < first || begin + size > first + size_) return;
    const uintptr_t from = (begin + kPage - 1) / kPage * kPage;
    const uintptr_t to = (begin + size) / kPage * kPage;
    if (from < to) {
      madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
    }
  }

  char* bytes() const { return bytes_; }
  uint64_t size() const { return size_; }

 private:
  char* bytes_ = nullptr;
  uint64_t size_ = 0;
};

struct TypeName {
  const char* name;
  torch::ScalarType type;
};

constexpr TypeName kTypes[] = {{"F64", torch::kFloat64},
                               {"F32", torch::kFloat32},
                               {"F16", torch::kFloat16},
                               {"BF16", torch::kBFloat16},
                               {"I64", torch::kInt64},
                               {"I32", torch::kInt32},
                               {"I16", torch::kInt16},
                               {"I8", torch::kInt8},
                               {"U8", torch::kUInt8},
                               {"BOOL", torch::kBool}};

/// One tensor as the header describes it.
struct Entry {
  std::string name;
  torch::ScalarType type = torch::kFloat32;
  std::vector<int64_t> shape;
  uint64_t begin = 0;  ///< bytes from the end of the header
  uint64_t end = 0;
};

torch::ScalarType TypeNamed(const fs::path& path, const std::string& name) {
  for (const TypeName& known : kTypes) {
    if (name == known.name) return known.type;
  }
  throw Error(ErrorKind::kModel,
              path.string() + ": tensors of type '" + name +
                  "' cannot be used by this version");
}

Entry ParseEntry(const fs::path& path,
                 const std::string& name,
                 const json& about) {
  Entry entry;
  entry.name = name;
  try {
    entry.type = TypeNamed(path, about.at("dtype").get<std::string>());
    entry.shape = about.at("shape").get<std::vector<int64_t>>();
    const json& offsets = about.at("data_offsets");
    if (offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
        !offsets[1].is_number_unsigned()) {
      Refuse(path, "tensor " + name + " has no proper offsets");
    }
    entry.begin = offsets[0].get<uint64_t>();
    entry.end = offsets[1].get<uint64_t>();
  } catch (const json::exception&) {
    Refuse(path, "tensor " + name + " is not described");
  }
  return entry;
}

/// Size, shape and place agree, and lie in the file.
void CheckEntry(const fs::path& path, const Entry& entry, uint64_t data_size) {
  if (entry.begin > entry.end || entry.end > data_size) {
    Refuse(path, "tensor " + entry.name + " lies outside the file");
  }
  uint64_t bytes = c10::elementSize(entry.type);
  for (const int64_t side : entry.shape) {
    if (side < 0 ||
        __builtin_mul_overflow(bytes, static_cast<uint64_t>(side), &bytes)) {
      Refuse(path, "tensor " + entry.name + " has an impossible shape");
    }
  }
  if (bytes != entry.end - entry.begin) {
    Refuse(path, "tensor " + entry.name + " has another size than its shape");
  }
}

void CheckOverlaps(const fs::path& path, std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].begin < entries[i - 1].end) {
      Refuse(path,
             "tensors " + entries[i - 1].name + " and " + entries[i].name +
                 " overlap");
    }
  }
}

json ParseHeader(const fs::path& path, const MappedFile& file, uint64_t size) {
  const char* text = file.bytes() + sizeof(uint64_t);
  try {
    json header = json::parse(text, text + size);
    if (header.is_object()) return header;
  } catch (const json::exception&) {
    // told below
  }
  Refuse(path, "the header is not a JSON object");
}

torch::Tensor View(const std::shared_ptr<MappedFile>& file,
                   uint64_t data_start,
                   const Entry& entry) {
  const torch::TensorOptions options(entry.type);
  char* start = file->bytes() + data_start + entry.begin;
  if (entry.begin == entry.end) return torch::empty(entry.shape, options);
  // Published headers need not end on a multiple of the element's size.
  if (reinterpret_cast<uintptr_t>(start) % c10::elementSize(entry.type) != 0) {
    torch::Tensor copy = torch::empty(entry.shape, options);
    std::memcpy(copy.data_ptr(), start, entry.end - entry.begin);
    return copy;
  }
  return torch::from_blob(
      start, entry.shape, [file](void*) {}, options);
}

}  // namespace

Checkpoint ReadSafetensors(const fs::path& path) {
  const auto file = std::make_shared<MappedFile>(path);
  uint64_t header_size = 0;
  if (file->size() < sizeof header_size) {
    Refuse(path, "it ends before its header");
  }
  std::memcpy(&header_size, file->bytes(), sizeof header_size);
  if (header_size > kLongestHeaderBytes ||
      header_size > file->size() - sizeof header_size) {
    Refuse(path, "it ends before its header does");
  }
  const uint64_t data_start = sizeof header_size + header_size;
  std::vector<Entry> entries;
  const json header = ParseHeader(path, *file, header_size);
  for (const auto& [name, about] : header.items()) {
    if (name == "__metadata__") continue;
    entries.push_back(ParseEntry(path, name, about));
    CheckEntry(path, entries.back(), file->size() - data_start);
  }
  CheckOverlaps(path, entries);
  Checkpoint checkpoint{.source = path.string(),
                        .forget = [file](const torch::Tensor& tensor) {
                          if (tensor.is_contiguous()) {
                            file->Forget(tensor.data_ptr(), tensor.nbytes());
                          }
                        }};
  for (const Entry& entry : entries) {
    checkpoint.tensors[entry.name] = View(file, data_start, entry);
  }
  return checkpoint;
}

}  // namespace stage::models
