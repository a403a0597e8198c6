#include "engine/models/safetensors.h"

#include <vector>

#include "core/error.h"
#include "support/temp_dir.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using models::ReadSafetensors;

/// Length, header and data as the format wants them.
std::string File(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i) {
    bytes[static_cast<size_t>(i)] =
        static_cast<char>((header.size() >> (8 * i)) & 0xff);
  }
  return bytes + header + data;
}

std::string Message(const std::string& bytes) {
  const TempDir folder;
  try {
    ReadSafetensors(folder.Write("model.safetensors", bytes));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kModel);
    return error.what();
  }
  return "";
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string kEight(8, '\x01');

TEST_CASE("Safetensors: values, shapes and types come back") {
  const TempDir folder;
  const float values[] = {1.5F, -2.0F};
  std::string data(reinterpret_cast<const char*>(values), sizeof values);
  data += std::string("\x03\x00", 2);
  const auto file = folder.Write(
      "m.safetensors",
      File(R"({"__metadata__":{"format":"pt"},)"
           R"("a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
           R"("b":{"dtype":"I16","shape":[],"data_offsets":[8,10]},)"
           R"("none":{"dtype":"F16","shape":[0,4],"data_offsets":[10,10]}})",
           data));
  const models::Checkpoint checkpoint = ReadSafetensors(file);
  CHECK(checkpoint.tensors.size() == 3);
  CHECK(torch::equal(checkpoint.tensors.at("a"),
                     torch::tensor({{1.5F}, {-2.0F}})));
  CHECK(checkpoint.tensors.at("b").item<int>() == 3);
  CHECK(checkpoint.tensors.at("none").sizes() == torch::IntArrayRef({0, 4}));
}

TEST_CASE("Safetensors: what is forgotten reads the same, others are kept") {
  const TempDir folder;
  constexpr size_t kCount = 50'000;  // some pages
  const std::vector<float> values(kCount, 2.5F);
  const models::Checkpoint checkpoint = ReadSafetensors(folder.Write(
      "m.safetensors",
      File(
          R"({"a":{"dtype":"F32","shape":[50000],"data_offsets":[0,200000]} })",
          std::string(reinterpret_cast<const char*>(values.data()),
                      kCount * sizeof(float)))));
  const torch::Tensor& stored = checkpoint.tensors.at("a");
  // The mapping is private: what forgetting drops is what was written to it.
  stored.narrow(0, 20'000, 10'000).fill_(9);
  const torch::Tensor other = torch::full({50'000}, 3.0F);
  checkpoint.forget(stored);
  checkpoint.forget(other);
  CHECK(stored[25'000].item<float>() == 2.5F);
  CHECK(torch::equal(other, torch::full({50'000}, 3.0F)));
}

TEST_CASE("Safetensors: a hostile header is refused, with the tensor's name") {
  const auto one = [](const std::string& about) {
    return Message(File(R"({"evil":)" + about + "}", kEight));
  };
  CHECK(Has(one(R"({"dtype":"F32","shape":[2],"data_offsets":[8,16]})"),
            "evil lies outside"));
  CHECK(Has(one(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"),
            "evil lies outside"));
  CHECK(Has(one(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"),
            "another size"));
  CHECK(Has(one(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"),
            "impossible shape"));
  CHECK(Has(
      one(R"({"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]})"),
      "impossible shape"));
  CHECK(Has(one(R"({"dtype":"F32","shape":[2],"data_offsets":[-8,0]})"),
            "no proper offsets"));
  CHECK(Has(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0]})"),
            "no proper offsets"));
  CHECK(Has(one(R"({"dtype":"Q4","shape":[2],"data_offsets":[0,8]})"), "'Q4'"));
  CHECK(Has(one(R"({"shape":[2]})"), "not described"));
  CHECK(Has(one("7"), "not described"));
}

TEST_CASE("Safetensors: overlapping tensors are refused") {
  const std::string message =
      Message(File(R"({"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},)"
                   R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
                   kEight));
  CHECK(Has(message, "a and b overlap"));
}

TEST_CASE("Safetensors: files cut off anywhere are refused") {
  const std::string whole =
      File(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", kEight);
  CHECK(Message(whole).empty());
  for (size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(Message(whole.substr(0, length)).empty());
  }
  CHECK(Has(Message(std::string(8, '\xff') + "{}"), "header"));
  CHECK(Has(Message(File("[1, 2]", "")), "not a JSON object"));
}

}  // namespace
}  // namespace stage::test
