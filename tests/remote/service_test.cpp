#include <doctest/doctest.h>

#include <set>

#include "remote/vendor.h"
#include "remote/vendor_words.h"

namespace stage::test {
namespace {

using namespace remote;

/// The message that a job is refused with; empty when it is not.
std::string Refusal(const std::string& vendor, const StagingJob& job) {
  try {
    const Vendor& found = FindVendor(vendor);
    const Service& service = ChooseService(found.spec(), job);
    CheckWords(job, found.spec(), service);
    found.CheckJob(job, service);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kUsage);
    return error.what();
  }
  return "";
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("ChooseService: a missing option is named with who has it") {
  StagingJob job;
  job.generate.room = "living";
  job.generate.furniture = {"sofa.jpg"};
  const std::string refusal = Refusal("vsai", job);
  CHECK(Has(refusal, "vsai has no --furniture for generate"));
  CHECK(Has(refusal, "roomstack"));
  CHECK(Refusal("roomstack", job) == "");
  job.generate.furniture.clear();
  job.generate.ceiling_height_m = 2.5;
  CHECK(Has(Refusal("roomstack", job), "only --backend local has it"));
}

TEST_CASE("ChooseService: an operation that the vendor lacks") {
  StagingJob job;
  job.operation = Operation::kDeclutter;
  CHECK(Has(Refusal("roomstack", job), "roomstack has no declutter"));
  CHECK(Refusal("vsai", job) == "");
}

TEST_CASE("ChooseService: settings are checked against the vendor's table") {
  StagingJob job;
  job.generate.room = "living";
  job.vendor_options["roomtype"] = "x";
  CHECK(Has(Refusal("roomstack", job), "did you mean 'roomType'"));
  job.vendor_options = {{"room_type", "cellar"}};
  CHECK(Has(Refusal("vsai", job), "unknown room_type 'cellar'"));
  job.vendor_options = {{"room_type", "kids_room"}};
  CHECK(Refusal("vsai", job) == "");
  job.vendor_options = {{"output_resolution", "20"}};
  CHECK(Has(Refusal("vsai", job), "whole number from 512 to 8192"));
}

TEST_CASE("VendorWords: presets become the vendor's words") {
  StagingJob job;
  job.generate.room = "bedroom";
  job.generate.style = "mid-century";
  const Service& service = ChooseService(FindVendor("vsai").spec(), job);
  CHECK(RoomWord(job, service) == "bed");
  CHECK(StyleWord(job, service) == "midcentury");
  job.generate.style = "bohemian";
  CHECK(Has(Refusal("vsai", job), "vsai has no style 'bohemian'"));
  job.generate.style = "modern";
  job.generate.room = "auto";
  CHECK(Has(Refusal("vsai", job), "must be told the room"));
}

TEST_CASE("AllVendors: every table is in order") {
  std::set<std::string> names;
  for (const Vendor* vendor : AllVendors()) {
    const VendorSpec& spec = vendor->spec();
    CAPTURE(spec.name);
    CHECK(names.insert(std::string(spec.name)).second);
    CHECK(spec.base_url.starts_with("https://"));
    CHECK_FALSE(spec.base_url.ends_with('/'));
    CHECK_FALSE(spec.key_header.empty());
    CHECK_FALSE(spec.photo.formats.empty());
    CHECK_FALSE(spec.services.empty());
    for (const Service& service : spec.services) {
      CAPTURE(service.name);
      std::set<std::string> keys;
      for (const Setting& setting : service.settings) {
        CHECK(keys.insert(std::string(setting.key)).second);
        CHECK((setting.kind == Setting::Kind::kWord) == !setting.words.empty());
      }
      if (!service.room_key.empty()) {
        CHECK(keys.contains(std::string(service.room_key)));
      }
      if (!service.style_key.empty()) {
        CHECK(keys.contains(std::string(service.style_key)));
      }
    }
  }
}

}  // namespace
}  // namespace stage::test
