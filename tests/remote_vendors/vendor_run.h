#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "remote/vendor.h"
#include "support/temp_dir.h"

namespace stage::test {

/// A request as it would have gone over the wire.
struct SentRequest {
  std::string method;
  std::string url;
  std::string content_type;
  std::string authorization;  ///< value of the vendor's key header
  std::string body;
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

/// Answers requests from a list, and remembers them.
class ScriptedTransport : public remote::Transport {
 public:
  remote::HttpResponse Send(const remote::HttpRequest& request) override;

  std::deque<remote::HttpResponse> answers;
  std::vector<SentRequest> sent;
};

/// One vendor, one job and a transport without network.
class VendorRun {
 public:
  explicit VendorRun(const std::string& vendor);

  /// Answers to the next requests, in turn.
  void Answer(const nlohmann::json& body, int status = 200);
  void AnswerFile(const std::filesystem::path& file);
  const std::vector<SentRequest>& sent() const { return transport_->sent; }

  /// Checks the job as the batch would before anything is sent.
  void Check() const;
  /// The message of the error that Check throws; empty: it throws none.
  std::string Refusal() const;
  const remote::Service& service() const;
  remote::VendorClient& client() { return *client_; }
  /// Context of the order, for the service that the job chooses.
  remote::OrderContext Context();
  /// The paid request of the planned order `index`, after Prepare.
  SentRequest Ordered(size_t index = 0);
  /// What the vendor makes of an answer to the paid request.
  remote::OrderStatus Submitted(const nlohmann::json& answer);
  remote::OrderStatus Poll();

  const remote::Vendor& vendor;
  StagingJob job;
  remote::Order order;
  remote::FittedFile photo;
  std::optional<remote::FittedFile> mask;
  std::vector<remote::FittedFile> furniture;
  std::string webhook_url;
  std::string earlier_result_url;
  std::string earlier_id;
  TempDir folder;

 private:
  std::shared_ptr<ScriptedTransport> transport_;
  std::unique_ptr<remote::VendorClient> client_;
};

/// The bytes of a PNG header with this size: what ReadImageHeader looks at.
std::string PngHeader(int width, int height);

}  // namespace stage::test
