#include "engine/models/torch_file.h"

#include "core/error.h"
#include "engine/models/pickle.h"
#include "engine/models/safetensors.h"
#include "models/parity_case.h"
#include "support/temp_dir.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;

std::filesystem::path Model(const std::string& name) {
  return ParityFolders().front() / "models" / name;
}

std::string RefusalOf(const std::string& pickle) {
  const StorageLoader storages = [](auto type, const auto&, int64_t count) {
    return torch::zeros({count}, type);
  };
  try {
    std::string_view stream(pickle);
    Unpickle(stream, storages);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kModel);
    return error.what();
  }
  return "";
}

TEST_CASE("TorchFile: both formats hold what the safetensors file holds") {
  struct Pair {
    const char* pickled;
    const char* plain;
    const char* prefix;  ///< of names in the pickle
  };
  for (const Pair& pair :
       {Pair{"upscale_rrdb_x4/model.pth",
             "upscale_rrdb_x4/model.safetensors",
             ""},
        Pair{"upscale_rrdb_x4/model_legacy_format.pth",
             "upscale_rrdb_x4/model.safetensors",
             ""},
        Pair{"upscale_srvgg_x2/model.pth",
             "upscale_srvgg_x2/model.safetensors",
             ""},
        Pair{"lama/best.ckpt", "lama/model.safetensors", ""}}) {
    CAPTURE(pair.pickled);
    const Checkpoint pickled = ReadTorchFile(Model(pair.pickled));
    const Checkpoint plain = ReadSafetensors(Model(pair.plain));
    CHECK(pickled.tensors.size() >= plain.tensors.size());
    for (const auto& [name, tensor] : plain.tensors) {
      CAPTURE(name);
      auto found = pickled.tensors.find(name);
      if (found == pickled.tensors.end()) {
        found = pickled.tensors.find("generator." + name);
      }
      REQUIRE(found != pickled.tensors.end());
      CHECK(torch::equal(found->second, tensor));
    }
  }
}

TEST_CASE("Pickle: names that could run something are refused") {
  const std::string attack =
      "\x80\x02"
      "cposix\nsystem\nX\x04" +
      std::string("\0\0\0", 3) + "true\x85R.";
  CHECK(RefusalOf(attack).find("posix.system") != std::string::npos);
  const std::string stacked = std::string("\x80\x04\x8c\x08") + "builtins" +
                              "\x8c\x04" + "eval" + "\x93.";
  CHECK(RefusalOf(stacked).find("builtins.eval") != std::string::npos);
  for (const char* code : {"i", "o", "\x81", "\x92", "P"}) {
    CAPTURE(code);
    CHECK_FALSE(RefusalOf(std::string("\x80\x02(") + code + ".").empty());
  }
}

TEST_CASE("Pickle: a tensor cannot reach outside its storage") {
  // _rebuild_tensor_v2(storage of 4 numbers, offset, (n,), (1,))
  const auto pickle = [](char offset, char n) {
    return std::string(
               "\x80\x02"
               "ctorch._utils\n_rebuild_tensor_v2\n((U\x07") +
           "storagectorch\nFloatStorage\nU\x01"
           "0U\x03"
           "cpuK\x04tQK" +
           offset + "K" + n + "\x85K\x01\x85tR.";
  };
  CHECK(RefusalOf(pickle('\0', '\x04')).empty());
  CHECK(RefusalOf(pickle('\0', '\x05')).find("outside") != std::string::npos);
  CHECK(RefusalOf(pickle('\x01', '\x04')).find("outside") != std::string::npos);
}

TEST_CASE("Pickle: a stream cut off anywhere is an error, not a crash") {
  const std::string whole =
      std::string("\x80\x02}q\x01(X\x01\0\0\0aK\x01X\x01\0\0\0b]q\x02(K\x02G",
                  27) +
      std::string("\x3f\xf0\0\0\0\0\0\0eu.", 11);
  CHECK(RefusalOf(whole).empty());
  for (size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(RefusalOf(whole.substr(0, length)).empty());
  }
}

TEST_CASE("TorchFile: files that are something else are refused by name") {
  const TempDir folder;
  for (const std::string& bytes :
       {std::string(), std::string("PK\x03\x04"), std::string(2000, 'x')}) {
    const auto file = folder.Write("weights.pth", bytes);
    try {
      ReadTorchFile(file);
      FAIL("was read");
    } catch (const Error& error) {
      CHECK(std::string(error.what()).find("weights.pth") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace stage::test
