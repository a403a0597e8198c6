#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "vendors/server/journal.h"

namespace stage::vendors {

/// One POST to a client's address.
struct WebhookDelivery {
  std::string vendor;
  std::string url;
  std::map<std::string, std::string> headers;
  std::string body;
  int tries = 1;  ///< until it is answered 200
};

/// Sends deliveries when their time has come, from one thread of its own.
class WebhookSender {
 public:
  explicit WebhookSender(Journal& journal);
  ~WebhookSender();
  void SendAt(std::chrono::steady_clock::time_point when,
              WebhookDelivery delivery);

 private:
  void Work();
  void Send(const WebhookDelivery& delivery);

  Journal& journal_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::multimap<std::chrono::steady_clock::time_point, WebhookDelivery> due_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace stage::vendors
