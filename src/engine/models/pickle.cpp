#include "engine/models/pickle.h"

#include <torch/torch.h>

#include <bit>
#include <cstring>
#include <map>
#include <optional>

#include "core/error.h"

namespace stage::models {
namespace {

using torch::Tensor;

[[noreturn]] void Refuse(const std::string& what) {
  throw Error(ErrorKind::kModel, what);
}

[[noreturn]] void RefuseDamaged() {
  Refuse("the pickle in it is damaged; download it again");
}

struct StorageName {
  std::string_view name;
  torch::ScalarType type;
};

constexpr StorageName kStorages[] = {
    {"torch DoubleStorage", torch::kFloat64},
    {"torch FloatStorage", torch::kFloat32},
    {"torch HalfStorage", torch::kFloat16},
    {"torch BFloat16Storage", torch::kBFloat16},
    {"torch LongStorage", torch::kInt64},
    {"torch IntStorage", torch::kInt32},
    {"torch ShortStorage", torch::kInt16},
    {"torch CharStorage", torch::kInt8},
    {"torch ByteStorage", torch::kUInt8},
    {"torch BoolStorage", torch::kBool}};

constexpr std::string_view kOrderedDict = "collections OrderedDict";
constexpr std::string_view kRebuildTensor = "torch._utils _rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter =
    "torch._utils _rebuild_parameter";

bool IsKnown(const std::string& name) {
  if (name == kOrderedDict || name == kRebuildTensor ||
      name == kRebuildParameter) {
    return true;
  }
  for (const StorageName& storage : kStorages) {
    if (name == storage.name) return true;
  }
  return false;
}

template <typename T>
const T& As(const PickleValue& value) {
  const T* held = std::get_if<T>(&value.value);
  if (held == nullptr) RefuseDamaged();
  return *held;
}

const PickleList& Items(const PickleValue& value) {
  return *As<std::shared_ptr<PickleList>>(value);
}

std::vector<int64_t> Integers(const PickleValue& value) {
  std::vector<int64_t> numbers;
  for (const PickleValue& item : Items(value)) {
    numbers.push_back(As<int64_t>(item));
  }
  return numbers;
}

/// A view of a storage, after checking that it stays inside.
Tensor Rebuild(const PickleList& arguments) {
  if (arguments.size() < 4) RefuseDamaged();
  const Tensor& storage = As<Tensor>(arguments[0]);
  const int64_t offset = As<int64_t>(arguments[1]);
  const std::vector<int64_t> sizes = Integers(arguments[2]);
  const std::vector<int64_t> strides = Integers(arguments[3]);
  if (sizes.size() != strides.size() || offset < 0) RefuseDamaged();
  int64_t last = offset;
  bool empty = false;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < 0 || strides[i] < 0) RefuseDamaged();
    empty = empty || sizes[i] == 0;
    int64_t reach = 0;
    if (sizes[i] > 0 &&
        (__builtin_mul_overflow(sizes[i] - 1, strides[i], &reach) ||
         __builtin_add_overflow(last, reach, &last))) {
      RefuseDamaged();
    }
  }
  if (!empty && last >= storage.numel()) {
    Refuse("a tensor in it reaches outside its storage");
  }
  return storage.as_strided(sizes, strides, empty ? 0 : offset);
}

/// The machine that a pickle is a program for, without what could do harm.
class Unpickler {
 public:
  Unpickler(std::string_view& stream, const StorageLoader& storages)
      : stream_(stream), storages_(storages) {}

  PickleValue Run() {
    while (true) {
      const char code = Byte();
      if (code == '.') return Pop();
      Execute(code);
    }
  }

 private:
  std::string_view Take(uint64_t count) {
    if (count > stream_.size()) RefuseDamaged();
    const std::string_view taken = stream_.substr(0, count);
    stream_.remove_prefix(count);
    return taken;
  }
  char Byte() { return Take(1).front(); }
  /// A little-endian number of `count` bytes.
  uint64_t Unsigned(size_t count) {
    uint64_t number = 0;
    const std::string_view bytes = Take(count);
    for (size_t i = 0; i < count; ++i) {
      number |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i]))
                << (8 * i);
    }
    return number;
  }
  std::string Line() {
    const size_t end = stream_.find('\n');
    if (end == std::string_view::npos) RefuseDamaged();
    const std::string line(Take(end));
    Take(1);
    return line;
  }
  /// LONG1: a little-endian two's complement number of up to eight bytes.
  int64_t Long() {
    const auto count = static_cast<size_t>(Unsigned(1));
    if (count > 8) Refuse("a number in its pickle is too large");
    if (count == 0) return 0;
    uint64_t number = Unsigned(count);
    const bool negative = (number >> (8 * count - 1)) & 1;
    if (negative && count < 8) number |= ~uint64_t{0} << (8 * count);
    return static_cast<int64_t>(number);
  }
  double Float() {  // big-endian
    uint64_t bits = 0;
    for (const char c : Take(8)) {
      bits = bits << 8 | static_cast<unsigned char>(c);
    }
    return std::bit_cast<double>(bits);
  }

  void Push(PickleValue value) { stack_.push_back(std::move(value)); }
  PickleValue Pop() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) RefuseDamaged();
    PickleValue value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }
  PickleValue& Top() {
    if (stack_.empty()) RefuseDamaged();
    return stack_.back();
  }
  PickleList PopToMark() {
    if (marks_.empty()) RefuseDamaged();
    const auto begin = stack_.begin() + static_cast<ptrdiff_t>(marks_.back());
    PickleList items(std::make_move_iterator(begin),
                     std::make_move_iterator(stack_.end()));
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }
  void PushList(PickleList items) {
    Push({std::make_shared<PickleList>(std::move(items))});
  }
  void PushTuple(size_t count) {
    PickleList items(count);
    for (size_t i = count; i-- > 0;) items[i] = Pop();
    PushList(std::move(items));
  }
  void Append(PickleList items) {
    auto& list = *As<std::shared_ptr<PickleList>>(Top());
    for (PickleValue& item : items) list.push_back(std::move(item));
  }
  void SetItems(PickleList items) {
    auto& dict = *As<std::shared_ptr<PickleDict>>(Top());
    if (items.size() % 2 != 0) RefuseDamaged();
    for (size_t i = 0; i < items.size(); i += 2) {
      dict.emplace_back(std::move(items[i]), std::move(items[i + 1]));
    }
  }
  void Memoize(uint64_t index) { memo_[index] = Top(); }
  void Recall(uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) RefuseDamaged();
    Push(found->second);
  }

  void PushGlobal(const std::string& module, const std::string& name) {
    const std::string whole = module + " " + name;
    if (!IsKnown(whole)) {
      Refuse("it holds '" + module + "." + name +
             "', which is more than tensors and is not loaded for safety; "
             "use a safetensors file of the model");
    }
    Push({PickleGlobal{whole}});
  }
  void Reduce() {
    const PickleValue packed = Pop();
    const PickleList& arguments = Items(packed);
    const PickleValue called = Pop();
    const std::string& name = As<PickleGlobal>(called).name;
    if (name == kOrderedDict) {
      if (!arguments.empty() && !Items(arguments[0]).empty()) RefuseDamaged();
      Push({std::make_shared<PickleDict>()});
    } else if (name == kRebuildTensor) {
      Push({Rebuild(arguments)});
    } else if (name == kRebuildParameter) {
      if (arguments.empty()) RefuseDamaged();
      Push({As<Tensor>(arguments[0])});
    } else {
      RefuseDamaged();
    }
  }
  /// ("storage", type, key, location, count)
  void PersistentLoad() {
    const PickleValue packed = Pop();
    const PickleList& id = Items(packed);
    if (id.size() < 5 || As<std::string>(id[0]) != "storage") RefuseDamaged();
    const std::string& type = As<PickleGlobal>(id[1]).name;
    for (const StorageName& storage : kStorages) {
      if (type != storage.name) continue;
      const int64_t count = As<int64_t>(id[4]);
      if (count < 0) RefuseDamaged();
      Push({storages_(storage.type, As<std::string>(id[2]), count)});
      return;
    }
    RefuseDamaged();
  }

  void Execute(char code) {
    switch (code) {
      case '\x80':  // PROTO
        Take(1);
        return;
      case '\x95':  // FRAME
        Take(8);
        return;
      case '(':
        return marks_.push_back(stack_.size());
      case 'N':
        return Push({});
      case '\x88':
        return Push({true});
      case '\x89':
        return Push({false});
      case 'K':
        return Push({static_cast<int64_t>(Unsigned(1))});
      case 'M':
        return Push({static_cast<int64_t>(Unsigned(2))});
      case 'J':
        return Push({int64_t{static_cast<int32_t>(Unsigned(4))}});
      case '\x8a':
        return Push({Long()});
      case 'G':
        return Push({Float()});
      case 'X':  // BINUNICODE
      case 'T':  // BINSTRING
        return Push({std::string(Take(Unsigned(4)))});
      case '\x8c':  // SHORT_BINUNICODE
      case 'U':     // SHORT_BINSTRING
        return Push({std::string(Take(Unsigned(1)))});
      case ']':
      case ')':
        return PushList({});
      case 'l':
      case 't':
        return PushList(PopToMark());
      case '\x85':
        return PushTuple(1);
      case '\x86':
        return PushTuple(2);
      case '\x87':
        return PushTuple(3);
      case '}':
        return Push({std::make_shared<PickleDict>()});
      case 'a': {
        PickleValue item = Pop();
        return Append({std::move(item)});
      }
      case 'e':
        return Append(PopToMark());
      case 's': {
        PickleValue value = Pop();
        PickleValue key = Pop();
        return SetItems({std::move(key), std::move(value)});
      }
      case 'u':
        return SetItems(PopToMark());
      case 'q':
        return Memoize(Unsigned(1));
      case 'r':
        return Memoize(Unsigned(4));
      case '\x94':
        return Memoize(memo_.size());
      case 'h':
        return Recall(Unsigned(1));
      case 'j':
        return Recall(Unsigned(4));
      case 'c': {
        const std::string module = Line();
        return PushGlobal(module, Line());
      }
      case '\x93': {  // STACK_GLOBAL
        const PickleValue name = Pop();
        const PickleValue module = Pop();
        return PushGlobal(As<std::string>(module), As<std::string>(name));
      }
      case 'R':
        return Reduce();
      case 'b':  // BUILD: attributes of an ordered dictionary, not needed
        Pop();
        As<std::shared_ptr<PickleDict>>(Top());
        return;
      case 'Q':
        return PersistentLoad();
      default:
        RefuseDamaged();
    }
  }

  std::string_view& stream_;
  const StorageLoader& storages_;
  std::vector<PickleValue> stack_;
  std::vector<size_t> marks_;
  std::map<uint64_t, PickleValue> memo_;
};

}  // namespace

const PickleDict* PickleValue::dict() const {
  const auto* held = std::get_if<std::shared_ptr<PickleDict>>(&value);
  return held == nullptr ? nullptr : held->get();
}

const std::string* PickleValue::text() const {
  return std::get_if<std::string>(&value);
}

const torch::Tensor* PickleValue::tensor() const {
  return std::get_if<torch::Tensor>(&value);
}

PickleValue Unpickle(std::string_view& stream, const StorageLoader& storages) {
  return Unpickler(stream, storages).Run();
}

}  // namespace stage::models
