#include "vendors/scenario_rows.h"

namespace stage::test {
namespace {

using nlohmann::json;

json Fault(const std::string& endpoint, const std::string& kind) {
  return {{"endpoint", endpoint}, {"kind", kind}};
}

json Status(const std::string& endpoint, int status) {
  return {{"endpoint", endpoint}, {"kind", "status"}, {"status", status}};
}

class Rows {
 public:
  explicit Rows(const FaultTarget& target) : target_(target) {}

  /// A row of the target's own work with one fault; ends done and paid once
  /// unless told otherwise.
  Scenario& Add(const std::string& name, json fault) {
    Scenario scenario{
        target_.way + ", " + name, target_.vendor, {{target_.arguments, 0}}};
    scenario.settings = target_.settings;
    scenario.steps.front().arguments.insert(
        scenario.steps.front().arguments.end(), {"--backend", target_.vendor});
    scenario.faults = {std::move(fault)};
    rows_.push_back(std::move(scenario));
    return rows_.back();
  }

  void Ends(Scenario& row, Ending ending, int exit_code, int payments) {
    row.ending = ending;
    row.results = 0;
    row.steps.front().exit_code = exit_code;
    row.payments = payments;
  }

  void Refusals() {
    json later = Status(target_.submit, 429);
    later.update({{"times", 2}, {"retry_after", 1}});
    Add("429 twice, then taken", later);
    json now = Status(target_.submit, 429);
    now.update({{"retry_after", "Thu, 01 Jan 1970 00:00:00 GMT"}});
    Add("429 with a date that has passed", now);
    Ends(Add("400", Status(target_.submit, 400)), Ending::kFailed, 3, 0);
    Ends(Add("401", Status(target_.submit, 401)), Ending::kFailed, 10, 0);
    Ends(Add("no credits", Fault(target_.submit, "no_credits")),
         Ending::kFailed,
         11,
         0);
    json moved = Fault(target_.submit, "redirect");
    moved["times"] = -1;
    Ends(Add("a redirect, not followed", moved), Ending::kFailed, 12, 0);
  }

  void CreditsRunOut() {
    json fault = Fault(target_.submit, "no_credits");
    fault["nth"] = 3;
    Scenario& row = Add("credits gone in the middle of a batch", fault);
    for (std::string& argument : row.steps.front().arguments) {
      if (argument == "$PHOTO") argument = "$PHOTOS";
    }
    row.photos = 5;
    // Which of several that come together is the third is not told.
    row.steps.front().arguments.insert(row.steps.front().arguments.end(),
                                       {"--jobs", "2"});
    Ends(row, Ending::kPartly, 11, 2);
    row.results = 2;
  }

  /// The answer to the order is lost or of no use; `payments` as the vendor
  /// counts them.
  void Doubtful(const std::string& name, json fault, int payments) {
    Scenario& row = Add(name, std::move(fault));
    if (target_.lost == Lost::kFindable) return;
    Ends(row, Ending::kDoubt, 3, payments);
    row.says = "--resubmit-doubtful";
    // Once more changes nothing: it is not paid again unasked.
    row.steps.push_back(row.steps.front());
  }

  void LostOrders() {
    Doubtful("503, not taken", Status(target_.submit, 503), 0);
    Doubtful(
        "reset before it was read", Fault(target_.submit, "reset_unread"), 0);
    Doubtful("reset after it was read", Fault(target_.submit, "reset_read"), 0);
    json large = Fault(target_.submit, "oversized");
    large["bytes"] = 20'000'000;
    Doubtful("oversized", large, 1);
    for (const char* kind : {"lost",
                             "status_after",
                             "truncated",
                             "malformed",
                             "html",
                             "wrong_types",
                             "missing",
                             "deep"}) {
      Doubtful(kind, Fault(target_.submit, kind), 1);
    }
  }

  /// The vendor sends the key back: it must be nowhere (see Stage).
  void EchoedKeys() {
    const auto add = [&](const std::string& endpoint, int status) -> Scenario& {
      json fault = Fault(endpoint, "echo");
      fault["status"] = status;
      Scenario& row = Add("the key comes back from " + endpoint, fault);
      row.steps.front().arguments.insert(row.steps.front().arguments.end(),
                                         {"-v", "--log-file", "$LOG"});
      row.says = "[key]";
      return row;
    };
    Ends(add(target_.submit, 400), Ending::kFailed, 3, 0);
    if (!target_.poll.empty()) add(target_.poll.front(), 500);
    if (!target_.upload.empty()) add(target_.upload, 500);
  }

  void OrderedAgainKnowingly() {
    if (target_.lost == Lost::kFindable) return;
    Scenario& row =
        Add("lost, then ordered again", Fault(target_.submit, "lost"));
    row.steps.push_back(row.steps.front());
    row.steps.front().exit_code = 3;
    row.steps.back().arguments.push_back("--resubmit-doubtful");
    row.payments = 2;
    row.undelivered = 1;
  }

  void SlowAnswers() {
    json slow = Fault(target_.submit, "slow");
    // An embedded picture is longer than an id.
    slow.update({{"piece", target_.embeds ? 4000 : 8}, {"delay_ms", 20}});
    Add("slow", slow);
  }

  void FailedRender() {
    Scenario& row =
        Add("the render fails", Fault(target_.submit, "render_fails"));
    if (target_.refunds) {
      row.payments = 2;
    } else if (target_.poll.empty()) {
      Ends(row, Ending::kDoubt, 3, 1);  // a 500 after the order was taken
    } else {
      Ends(row, Ending::kFailed, 3, 1);
    }
  }

  void BadPolls() {
    for (const std::string& endpoint : target_.poll) {
      Add("status 500 at " + endpoint, Status(endpoint, 500));
      json later = Status(endpoint, 429);
      later["retry_after"] = 1;
      Add("429 at " + endpoint, later);
      for (const char* kind : {"reset_read",
                               "lost",
                               "truncated",
                               "malformed",
                               "html",
                               "wrong_types",
                               "missing",
                               "oversized",
                               "deep",
                               "status_word"}) {
        Add(std::string(kind) + " at " + endpoint, Fault(endpoint, kind));
      }
    }
    if (target_.poll.empty()) return;
    json strange = Fault(target_.poll.front(), "status_word");
    strange["times"] = -1;
    Scenario& row = Add("never a known status", strange);
    row.steps.front().arguments.insert(row.steps.front().arguments.end(),
                                       {"--timeout", "8"});
    Ends(row, Ending::kPaid, 3, 1);
    row.says = "percolating";
  }

  /// The picture is of another size and shape than the photo: it is paid, kept
  /// apart and not handed out as the result.
  void OtherSize() {
    const std::string& where =
        target_.embeds ? target_.submit : target_.download;
    Scenario& row = Add("a result of another size", Fault(where, "other_size"));
    Ends(row, Ending::kFailed, 3, 1);
    row.says = "not the shape of the photo";
  }

  void BadDownloads() {
    if (target_.download.empty()) return;
    Add("download 503", Status(target_.download, 503));
    for (const char* kind :
         {"reset_read", "lost", "truncated", "html", "not_image", "expired"}) {
      Add(std::string("download ") + kind, Fault(target_.download, kind));
    }
    json text = Fault(target_.download, "not_image");
    text["times"] = -1;
    Scenario& row = Add("download is never a picture", text);
    Ends(row, Ending::kPaid, 3, 1);
    row.says = "no picture";
    if (target_.download == "download") {  // public: it may be anywhere
      json moved = Fault("download", "redirect");
      moved["status"] = 302;
      Add("download at another host", moved);
    }
  }

  void BadUploads() {
    if (target_.upload.empty()) return;
    Add("upload 500", Status(target_.upload, 500));
    for (const char* kind :
         {"reset_unread", "lost", "truncated", "malformed", "html"}) {
      Add(std::string("upload ") + kind, Fault(target_.upload, kind));
    }
  }

  std::deque<Scenario> All() {
    Refusals();
    CreditsRunOut();
    LostOrders();
    OrderedAgainKnowingly();
    EchoedKeys();
    SlowAnswers();
    OtherSize();
    FailedRender();
    BadPolls();
    BadDownloads();
    BadUploads();
    return std::move(rows_);
  }

 private:
  const FaultTarget& target_;
  std::deque<Scenario> rows_;
};

}  // namespace

Scenario& OperationRows::Add(const std::string& name,
                             Arguments arguments,
                             int exit_code) {
  if (arguments.front() == "credits") {
    arguments.push_back(vendor_);
  } else {
    arguments.insert(arguments.end(), {"--backend", vendor_});
  }
  return rows_.emplace_back(
      Scenario{name, vendor_, {{std::move(arguments), exit_code}}});
}

Scenario& OperationRows::Done(const std::string& name,
                              Arguments arguments,
                              Sent sent) {
  Scenario& row = Add(name, std::move(arguments), 0);
  row.sent = std::move(sent);
  return row;
}

void OperationRows::Results(const std::string& name,
                            Arguments arguments,
                            int results,
                            int payments,
                            Sent sent) {
  Scenario& row = Done(name, std::move(arguments), std::move(sent));
  row.results = results;
  row.payments = payments;
}

void OperationRows::Later(const std::string& name, Arguments arguments) {
  arguments.push_back("--no-wait");
  Scenario& row = Add(name + ", fetched later", std::move(arguments), 0);
  row.steps.push_back({{"status", "$STAGED", "--wait"}});
}

void OperationRows::Limited(Arguments arguments, int credits) {
  for (std::string& argument : arguments) {
    if (argument == "$PHOTO") argument = "$PHOTOS";
  }
  Arguments planned = arguments;
  planned.push_back("--dry-run");
  Scenario& plan = Add("three photos, planned only", planned, 0);
  plan.photos = 3;
  plan.ending = Ending::kRefused;
  plan.payments = plan.results = 0;
  plan.says = "estimated_credits " + std::to_string(3 * credits) + ".0";
  arguments.insert(arguments.end(),
                   {"--max-credits", std::to_string(2 * credits - 1)});
  Scenario& row = Add("three photos, credits for one", arguments, 11);
  row.photos = 3;
  row.ending = Ending::kPartly;
  row.says = "--max-credits";
}

Scenario& OperationRows::Added(const std::string& name,
                               Arguments earlier,
                               Arguments arguments,
                               Sent sent) {
  Scenario& row = Done(name, std::move(earlier), std::move(sent));
  arguments.insert(arguments.end(), {"--backend", vendor_});
  row.steps.push_back({std::move(arguments)});
  row.payments = 2;
  return row;
}

void OperationRows::Account(const std::string& name,
                            const std::vector<Arguments>& commands,
                            const std::string& says) {
  Told(name, commands.front(), says);
  for (size_t i = 1; i < commands.size(); ++i) {
    Arguments arguments = commands[i];
    arguments.insert(arguments.end(), {"--backend", vendor_});
    rows_.back().steps.push_back({std::move(arguments)});
  }
}

void OperationRows::Refused(const std::string& name,
                            Arguments arguments,
                            const std::string& says) {
  Scenario& row = Add(name, std::move(arguments), 2);
  row.ending = Ending::kRefused;
  row.payments = row.results = 0;
  row.says = says;
}

void OperationRows::Told(const std::string& name,
                         Arguments arguments,
                         const std::string& says) {
  Scenario& row = Add(name, std::move(arguments), 0);
  row.ending = Ending::kRefused;
  row.payments = row.results = 0;
  row.says = says;
}

std::deque<Scenario> FaultRows(const FaultTarget& target) {
  return Rows(target).All();
}

}  // namespace stage::test
