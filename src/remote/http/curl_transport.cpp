#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "remote/http/curl_transfer.h"

namespace stage::remote {
namespace {

/// Runs every transfer on one thread.
class CurlTransport final : public Transport {
 public:
  CurlTransport() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi_ = curl_multi_init();
    if (multi_ == nullptr) throw std::bad_alloc();
    thread_ = std::thread([this] { Run(); });
  }
  ~CurlTransport() override {
    stop_ = true;
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  HttpResponse Send(const HttpRequest& request) override {
    Transfer transfer(request);
    {
      const std::lock_guard lock(mutex_);
      arriving_.push_back(&transfer);
    }
    curl_multi_wakeup(multi_);
    std::exception_ptr refusal;
    for (auto progress = transfer.WaitFor(kTick);
         progress != Transfer::Progress::kFinished;
         progress = transfer.WaitFor(kTick)) {
      if (request.cancelled && request.cancelled()) transfer.give_up = true;
      if (transfer.give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      } else if (progress == Transfer::Progress::kBeforeLastByte) {
        try {
          request.before_last_byte();
          transfer.Release();
        } catch (...) {
          refusal = std::current_exception();
          transfer.give_up = true;
        }
      }
      if (progress == Transfer::Progress::kBeforeLastByte || transfer.give_up) {
        curl_multi_wakeup(multi_);
      }
    }
    if (refusal) std::rethrow_exception(refusal);
    return transfer.TakeResponse();
  }

 private:
  static constexpr auto kTick = std::chrono::milliseconds(100);

  void Run() {
    int running = 0;
    while (!stop_) {
      Begin();
      curl_multi_perform(multi_, &running);
      End();
      curl_multi_poll(multi_, nullptr, 0, 500, nullptr);
    }
    for (Transfer* transfer : present_) {
      curl_multi_remove_handle(multi_, transfer->handle());
      transfer->Finish(CURLE_ABORTED_BY_CALLBACK);
    }
  }
  void Begin() {
    std::vector<Transfer*> arrived;
    {
      const std::lock_guard lock(mutex_);
      arrived.swap(arriving_);
    }
    for (Transfer* transfer : arrived) {
      present_.insert(transfer);
      curl_multi_add_handle(multi_, transfer->handle());
    }
    for (auto at = present_.begin(); at != present_.end();) {
      Transfer* transfer = *at++;
      if (transfer->give_up) {
        Remove(transfer, CURLE_ABORTED_BY_CALLBACK);
      } else {
        transfer->Resume();
      }
    }
  }
  void End() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      Remove(transfer, code);
    }
  }
  void Remove(Transfer* transfer, CURLcode code) {
    present_.erase(transfer);
    curl_multi_remove_handle(multi_, transfer->handle());
    transfer->Finish(code);  // its owner may destroy it from here on
  }

  CURLM* multi_ = nullptr;
  std::thread thread_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::vector<Transfer*> arriving_;
  std::set<Transfer*> present_;  ///< of the thread alone
};

}  // namespace
}  // namespace stage::remote

extern "C" stage::remote::Transport* stage_make_curl_transport(int abi) {
  if (abi != stage::remote::kTransportAbi) return nullptr;
  return new stage::remote::CurlTransport();
}
