#include "cli/webhook/listen_for_webhooks.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/log_guard.h"
#include "cli/webhook/delivery_gate.h"
#include "cli/webhook/delivery_worker.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/manifest_file.h"
#include "core/settings.h"
#include "core/text_encoding.h"
#include "remote/remote_stager.h"

namespace stage::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using webhook::OpenEvent;

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr double kBusyWait_s = 3;
constexpr double kFirstWait_s = 2;
constexpr int kMostTries = 8;  // about eight minutes

std::vector<fs::path> Folders(const ListenOptions& options) {
  std::vector<fs::path> folders(options.folders.begin(), options.folders.end());
  if (folders.empty()) {
    folders.push_back(HasManifest(fs::current_path()) ? "." : "staged");
  }
  for (fs::path& folder : folders) {
    folder = fs::absolute(folder).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    if (fs::exists(folder) && !fs::is_directory(folder)) {
      throw Error(ErrorKind::kUsage,
                  Utf8Path(folder) + ": --output must be a folder");
    }
  }
  return folders;
}

remote::RemoteOptions RemoteOptionsOf(const ListenOptions& options) {
  return {.config = options.general.config.empty() ? DefaultConfigFile()
                                                   : options.general.config,
          .base_url = options.base_url,
          .wait = false,
          .look_once = true,
          .reorders = false};
}

const webhook::VendorWebhook& CheckedWebhook(const ListenOptions& options) {
  const webhook::VendorWebhook& vendor = webhook::WebhookOf(options.vendor);
  if (!vendor.exists) {
    throw Error(
        ErrorKind::kUsage,
        options.vendor + " has no webhooks: 'stage status --wait' asks it");
  }
  if (options.vendor == "roomstack" &&
      options.signature.secret_variables.empty()) {
    throw Error(ErrorKind::kUsage,
                "roomstack signs its webhooks: name the variable with the "
                "endpoint's secret, --secret-env");
  }
  return vendor;
}

/// Works on events that were taken, the ones that may wait again and again.
class EventLoop {
 public:
  EventLoop(webhook::DeliveryJournal& journal,
            DeliveryWorker& worker,
            const GeneralOptions& general)
      : journal_(journal), worker_(worker), general_(general) {}

  void Run() {
    while (!Interrupted()) {
      for (const OpenEvent& open : journal_.open_events()) {
        if (Interrupted()) return;
        Try& attempt = tries_[open.key];
        if (Clock::now() >= attempt.next) WorkOn(open, attempt);
      }
      std::this_thread::sleep_for(kTick);
    }
  }

 private:
  struct Try {
    int count = 0;
    Clock::time_point next = Clock::now();
  };

  void WorkOn(const OpenEvent& open, Try& attempt) {
    const WorkOutcome outcome = Outcome(open);
    if (Interrupted()) return;
    double wait_s = kBusyWait_s;
    if (outcome.kind == WorkOutcome::Kind::kAgain) {
      wait_s = kFirstWait_s * (1 << attempt.count);
      ++attempt.count;
    }
    const bool is_over = outcome.kind == WorkOutcome::Kind::kClosed ||
                         attempt.count >= kMostTries;
    if (!is_over) {
      spdlog::info("{}; again in {} s", outcome.text, wait_s);
      attempt.next = Clock::now() + std::chrono::milliseconds(
                                        static_cast<int64_t>(wait_s * 1000));
      return;
    }
    journal_.Close(open.key, outcome.text);
    tries_.erase(open.key);
    Tell(open.event, outcome);
  }

  WorkOutcome Outcome(const OpenEvent& open) {
    try {
      return worker_.Work(open.event);
    } catch (const Error& error) {
      return {WorkOutcome::Kind::kAgain, error.what()};
    }
  }

  void Tell(const webhook::Event& event, const WorkOutcome& outcome) const {
    const std::string photo = Utf8Path(outcome.photo);
    if (general_.json) {
      std::cout << nlohmann::json{{"event", ValidUtf8(event.type)},
                                  {"remote_id", ValidUtf8(event.remote_id)},
                                  {"input", photo},
                                  {"outcome", ValidUtf8(outcome.text)}}
                       .dump()
                << std::endl;
    } else if (!general_.quiet) {
      std::cerr << "stage webhook: "
                << Printable(event.type.empty() ? "delivery" : event.type)
                << (photo.empty() ? "" : ", " + Printable(photo)) << ": "
                << Printable(outcome.text) << '\n';
    }
  }

  webhook::DeliveryJournal& journal_;
  DeliveryWorker& worker_;
  const GeneralOptions& general_;
  std::map<std::string, Try> tries_;
};

void TellAddress(const ListenOptions& options, int port) {
  const bool is_ipv6 = options.bind.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + options.bind + "]" : options.bind;
  const std::string address = "http://" + host + ":" + std::to_string(port);
  if (options.general.json) {
    std::cout << nlohmann::json{{"listening", address}, {"port", port}}.dump()
              << std::endl;
  } else if (!options.general.quiet) {
    std::cerr << "stage webhook: listening at " << address << " for "
              << options.vendor << "; deliveries must reach it by HTTPS from "
              << "outside\n";
  }
}

}  // namespace

ExitCode ListenForWebhooks(const ListenOptions& options) {
  const webhook::VendorWebhook& vendor = CheckedWebhook(options);
  const webhook::SignatureScheme scheme =
      MakeScheme(vendor.scheme, options.signature);
  const std::vector<Secret> secrets = ReadSecrets(options.signature);
  const std::vector<fs::path> folders = Folders(options);
  const remote::RemoteOptions remote = RemoteOptionsOf(options);
  const remote::Vendor& api = remote::FindVendor(options.vendor);
  remote::RemoteStager stager(api, remote::MakeClient(api, remote), remote);

  const std::unique_ptr<Progress> progress =
      MakeProgress({ProgressMode::kNone, VerbosityOf(options.general)});
  const LogGuard log_guard(options.general, *progress);
  const InterruptGuard interrupt_guard;
  webhook::DeliveryJournal journal(folders.front());
  DeliveryGate gate(vendor,
                    scheme,
                    secrets,
                    std::chrono::seconds(options.signature.max_age_s),
                    folders,
                    journal);
  const webhook::Listener listener({options.bind, options.port},
                                   [&gate](const webhook::Delivery& delivery) {
                                     return gate.Take(delivery);
                                   });
  TellAddress(options, listener.port());
  DeliveryWorker worker(folders, stager, *progress);
  EventLoop(journal, worker, options.general).Run();
  return ExitCode::kInterrupted;
}

}  // namespace stage::cli
