#include "vendors/server/webhook_sender.h"

#include <httplib.h>

namespace stage::vendors {

WebhookSender::WebhookSender(Journal& journal)
    : journal_(journal), thread_([this] { Work(); }) {}

WebhookSender::~WebhookSender() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void WebhookSender::SendAt(std::chrono::steady_clock::time_point when,
                           WebhookDelivery delivery) {
  {
    const std::lock_guard lock(mutex_);
    due_.emplace(when, std::move(delivery));
  }
  wake_.notify_all();
}

void WebhookSender::Work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (due_.empty()) {
      wake_.wait(lock);
    } else if (due_.begin()->first > std::chrono::steady_clock::now()) {
      wake_.wait_until(lock, due_.begin()->first);
    } else {
      const WebhookDelivery delivery = due_.begin()->second;
      due_.erase(due_.begin());
      lock.unlock();
      Send(delivery);
      lock.lock();
    }
  }
}

void WebhookSender::Send(const WebhookDelivery& delivery) {
  const size_t host = delivery.url.find("://");
  const size_t path = delivery.url.find('/', host + 3);
  httplib::Client client(delivery.url.substr(0, path));
  client.set_connection_timeout(2);
  client.set_read_timeout(5);
  const httplib::Headers headers(delivery.headers.begin(),
                                 delivery.headers.end());
  int status = 0;
  for (int attempt = 0; attempt < delivery.tries && status != 200; ++attempt) {
    const httplib::Result answer =
        client.Post(path == std::string::npos ? "/" : delivery.url.substr(path),
                    headers,
                    delivery.body,
                    "application/json");
    status = answer ? answer->status : 0;
  }
  journal_.Add(
      "webhook",
      {{"vendor", delivery.vendor}, {"url", delivery.url}, {"status", status}});
}

}  // namespace stage::vendors
