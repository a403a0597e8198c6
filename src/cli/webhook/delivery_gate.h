#pragma once

#include <filesystem>
#include <vector>

#include "core/secrets.h"
#include "remote/webhook/delivery_journal.h"
#include "remote/webhook/listener.h"
#include "remote/webhook/signature.h"

namespace stage::cli {

/// Decides which calls are deliveries of the vendor, and writes those down.
/// Thread-safe.
class DeliveryGate {
 public:
  /// @param scheme   of a vendor that signs
  /// @param secrets  to check signatures with; for vendors that do not sign,
  ///                 words of which the address must have one. Without any,
  ///                 only calls that name an order of the folders are taken.
  /// @param folders  batches' output folders
  DeliveryGate(const webhook::VendorWebhook& vendor,
               webhook::SignatureScheme scheme,
               std::vector<Secret> secrets,
               std::chrono::seconds max_age,
               std::vector<std::filesystem::path> folders,
               webhook::DeliveryJournal& journal);

  webhook::Answer Take(const webhook::Delivery& delivery);

 private:
  /// Why the call is none of the vendor's; empty: it may be one.
  std::string Refusal(const webhook::Delivery& delivery,
                      const webhook::Event& event) const;
  bool NamesAnOrder(const webhook::Event& event) const;

  const webhook::VendorWebhook& vendor_;
  webhook::SignatureScheme scheme_;
  std::vector<Secret> secrets_;
  std::chrono::seconds max_age_;
  std::vector<std::filesystem::path> folders_;
  webhook::DeliveryJournal& journal_;
};

/// True when a path segment or query value of the address is one of the words.
/// Compared in constant time.
bool HasSecretWord(std::string_view target, const std::vector<Secret>& words);

}  // namespace stage::cli
