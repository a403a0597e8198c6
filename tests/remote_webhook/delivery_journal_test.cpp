#include "remote/webhook/delivery_journal.h"

#include <doctest/doctest.h>

#include <fstream>

#include "core/error.h"
#include "support/temp_dir.h"

namespace stage::webhook {
namespace {

using test::TempDir;

Event Finished(const std::string& id) {
  Event event;
  event.vendor = "vsai";
  event.meaning = EventMeaning::kFinished;
  event.remote_id = id;
  return event;
}

TEST_CASE("DeliveryJournal: takes a delivery once, also after a restart") {
  const TempDir folder;
  {
    DeliveryJournal journal(folder.path());
    CHECK(journal.Accept({"id 1", "sha256 a"}, Finished("r1")));
    CHECK_FALSE(journal.Accept({"id 1", "sha256 b"}, Finished("r1")));
    CHECK_FALSE(journal.Accept({"id 9", "sha256 a"}, Finished("r1")));
  }
  DeliveryJournal journal(folder.path());
  CHECK_FALSE(journal.Accept({"id 1"}, Finished("r1")));
  CHECK(journal.Accept({"id 2"}, Finished("r2")));
}

TEST_CASE("DeliveryJournal: what was not worked on is there after a crash") {
  const TempDir folder;
  {
    DeliveryJournal journal(folder.path());
    journal.Accept({"id 1"}, Finished("r1"));
    journal.Accept({"id 2"}, Finished("r2"));
    journal.Close("id 1", "fetched");
  }
  const DeliveryJournal journal(folder.path());
  REQUIRE(journal.open_events().size() == 1);
  CHECK(journal.open_events()[0].event.remote_id == "r2");
  CHECK(journal.Seen("id 1"));
}

TEST_CASE("DeliveryJournal: a torn line costs that line only") {
  const TempDir folder;
  {
    DeliveryJournal journal(folder.path());
    journal.Accept({"id 1"}, Finished("r1"));
  }
  const auto file = folder.path() / ".stage-webhooks.jsonl";
  std::ofstream(file, std::ios::app) << R"({"keys": ["id 2"], "ev)";
  {
    DeliveryJournal journal(folder.path());
    CHECK(journal.Accept({"id 2"}, Finished("r2")));
  }
  CHECK(DeliveryJournal(folder.path()).open_events().size() == 2);
}

TEST_CASE("DeliveryJournal: one listener a folder, read by its owner alone") {
  const TempDir folder;
  const DeliveryJournal journal(folder.path());
  CHECK_THROWS_AS(DeliveryJournal(folder.path()), Error);
  const auto mode =
      std::filesystem::status(folder.path() / ".stage-webhooks.jsonl")
          .permissions();
  CHECK((mode & std::filesystem::perms(0077)) == std::filesystem::perms::none);
}

}  // namespace
}  // namespace stage::webhook
