#include "remote/webhook/event_job.h"

#include <doctest/doctest.h>

#include "core/manifest.h"

namespace stage::webhook {
namespace {

using nlohmann::json;

constexpr const char* kToken = "0b7e3c1a-5d2f-4e6a-9c8b-1f2e3d4c5b6a";
constexpr const char* kOther = "1c8f4d2b-6e3a-4f7b-8d9c-2a3f4e5d6c7b";
constexpr int64_t kBegun_ms = 1767225600000;  // 2026-01-01T00:00:00Z

json Record(const std::string& job,
            const std::string& state,
            const std::string& backend,
            const json& order) {
  return {{"record", "job"},
          {"job", job},
          {"state", state},
          {"input", "../" + job + ".jpg"},
          {"operation", "generate"},
          {"backend", backend},
          {"parameters", json::object()},
          {"outputs", json::array()},
          {"remote", {{"orders", {order}}}}};
}

json Order(const std::string& token,
           const std::string& stage,
           const std::string& id = "") {
  json order = {{"token", token},
                {"stage", stage},
                {"results", 2},
                {"begun_at_ms", kBegun_ms},
                {"data", json::object()}};
  if (!id.empty()) order["id"] = id;
  return order;
}

Event Finished(const std::string& vendor, const std::string& id) {
  Event event;
  event.vendor = vendor;
  event.meaning = EventMeaning::kFinished;
  event.remote_id = id;
  return event;
}

Event FromRoomStack() {
  Event event = Finished("roomstack", "gen-7");
  event.facts = {{"created_at", "2026-01-01T00:01:00Z"},
                 {"settings", {{"variants", 2}}},
                 {"image_ids", {"img-1", "img-2"}}};
  return event;
}

ManifestState WithJobs(const std::vector<json>& records) {
  ManifestState state("/batch/staged");
  for (const json& record : records) state.Add(record);
  return state;
}

TEST_CASE("FindEventJob: by the vendor's id, and only of that vendor") {
  const ManifestState jobs = WithJobs(
      {Record("a", "submitted", "vsai", Order(kToken, "submitted", "r-1")),
       Record("b", "submitted", "vsart", Order(kOther, "submitted", "r-2"))});
  const auto found = FindEventJob(Finished("vsai", "r-1"), jobs);
  REQUIRE(found);
  CHECK(found->record.job == "a");
  CHECK_FALSE(FindEventJob(Finished("vsai", "r-2"), jobs));
  CHECK_FALSE(FindEventJob(Finished("vsai", ""), jobs));
}

TEST_CASE("FindEventJob: the address's token goes before everything") {
  const ManifestState jobs = WithJobs(
      {Record("a", "submitting", "iacrea", Order(kToken, "submitting")),
       Record("b", "submitted", "iacrea", Order(kOther, "submitted", "g-1"))});
  Event event = Finished("iacrea", "g-1");
  event.token = kToken;
  const auto found = FindEventJob(event, jobs);
  REQUIRE(found);
  CHECK(found->record.job == "a");
  event.token = "2c8f4d2b-6e3a-4f7b-8d9c-2a3f4e5d6c7b";
  CHECK_FALSE(FindEventJob(event, jobs));
}

TEST_CASE("FindEventJob: RoomStack's lost order, when only one fits") {
  const json doubt =
      Record("a", "submitting", "roomstack", Order(kToken, "submitting"));
  const auto found = FindEventJob(FromRoomStack(), WithJobs({doubt}));
  REQUIRE(found);
  CHECK(found->record.job == "a");

  const json second =
      Record("b", "submitting", "roomstack", Order(kOther, "submitting"));
  CHECK_FALSE(FindEventJob(FromRoomStack(), WithJobs({doubt, second})));
  Event earlier = FromRoomStack();
  earlier.facts["created_at"] = "2025-12-31T23:00:00Z";
  CHECK_FALSE(FindEventJob(earlier, WithJobs({doubt})));
  Event larger = FromRoomStack();
  larger.facts["settings"]["variants"] = 4;
  CHECK_FALSE(FindEventJob(larger, WithJobs({doubt})));
  const json done = Record("a", "done", "roomstack", Order(kToken, "fetched"));
  CHECK_FALSE(FindEventJob(FromRoomStack(), WithJobs({done})));
}

TEST_CASE("RemoteWith: an order in doubt gets its id and pictures") {
  const ManifestState jobs = WithJobs(
      {Record("a", "submitting", "roomstack", Order(kToken, "submitting"))});
  const auto found = FindEventJob(FromRoomStack(), jobs);
  REQUIRE(found);
  const json remote = RemoteWith(FromRoomStack(), *found);
  CHECK(remote["id"] == "gen-7");
  const json& order = remote["orders"][0];
  CHECK(order["id"] == "gen-7");
  CHECK(order["stage"] == "submitted");
  CHECK(order["data"]["images"] ==
        json::array({{{"id", "img-1"}}, {{"id", "img-2"}}}));
  CHECK(StateOfRemote(remote, JobState::kSubmitting) == JobState::kSubmitted);
}

TEST_CASE("RemoteWith: an order in doubt is known to have arrived") {
  const ManifestState jobs = WithJobs(
      {Record("a", "submitting", "vsart", Order(kToken, "submitting"))});
  Event event = Finished("vsart", "");
  event.token = kToken;
  const json remote = RemoteWith(event, *FindEventJob(event, jobs));
  CHECK(remote["orders"][0]["data"]["announced"] == true);
  CHECK(remote["orders"][0]["stage"] == "submitting");
  event.meaning = EventMeaning::kOther;
  CHECK(RemoteWith(event, *FindEventJob(event, jobs)).is_null());
}

TEST_CASE("RemoteWith: what is known already is nothing new") {
  const ManifestState jobs = WithJobs(
      {Record("a", "submitted", "vsai", Order(kToken, "submitted", "r-1"))});
  const Event event = Finished("vsai", "r-1");
  CHECK(RemoteWith(event, *FindEventJob(event, jobs)).is_null());
}

TEST_CASE("RemoteWith: an id that could leave a path is refused") {
  const ManifestState jobs = WithJobs(
      {Record("a", "submitting", "iacrea", Order(kToken, "submitting"))});
  Event event = Finished("iacrea", "../../user");
  event.token = kToken;
  CHECK_THROWS(RemoteWith(event, *FindEventJob(event, jobs)));
}

TEST_CASE("StateOfRemote: another order in doubt keeps the job in doubt") {
  const json remote = {
      {"orders",
       {Order(kToken, "submitted", "g"), Order(kOther, "submitting")}}};
  CHECK(StateOfRemote(remote, JobState::kSubmitting) == JobState::kSubmitting);
  CHECK(StateOfRemote(remote, JobState::kFetching) == JobState::kFetching);
}

}  // namespace
}  // namespace stage::webhook
