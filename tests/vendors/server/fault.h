#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace stage::vendors {

enum class FaultKind {
  // Before the request counts: nothing is accepted, nothing is paid.
  kStatus,       ///< answer "status", with "retry_after" where given
  kResetUnread,  ///< connection reset before the body was read
  kResetRead,    ///< connection reset after the body was read
  kRedirect,     ///< to another host
  kExpired,      ///< 403 for this URL from now on
  kEcho,         ///< "status" with the key in body and headers, many times
  // While it is dealt with.
  kNoCredits,    ///< the account is empty from this call on
  kNotStored,    ///< RoomStack: generationId is null
  kRenderFails,  ///< accepted and paid, fails later
  kStatusWord,   ///< a state that no documentation names
  kNotImage,     ///< the result's bytes are text
  kOtherSize,    ///< the result has another size and shape
  // Afterwards: accepted and paid, the answer is spoilt.
  kLost,         ///< connection dropped instead of an answer
  kStatusAfter,  ///< answer "status"
  kSlow,         ///< "piece" bytes every "delay_ms"
  kTruncated,    ///< half the body, then the connection is closed
  kMalformed,    ///< half the body as if it were all
  kHtml,         ///< a page, with status 200
  kWrongTypes,   ///< texts are false, numbers texts, lists objects
  kMissing,      ///< without "field"; with none named an empty object
  kOversized,    ///< "bytes" of them, chunked
  kDeep,         ///< "levels" lists within each other
};

/// One planned misfortune.
struct Fault {
  FaultKind kind = FaultKind::kStatus;
  std::string name;      ///< the kind's word in requests and journal
  std::string vendor;    ///< such as "vsai"
  std::string endpoint;  ///< its name in the vendor's table, or "download"
  int nth = 1;           ///< of the matching calls, the first that it hits
  int times = 1;         ///< how many calls in a row; -1: all further ones
  nlohmann::json arguments = nlohmann::json::object();
  int calls = 0;  ///< matching calls so far

  int Argument(const char* argument, int otherwise) const {
    return arguments.value(argument, otherwise);
  }
};

/// The words of all kinds.
std::vector<std::string> FaultNames();

/// {"vendor", "endpoint", "kind": word, "nth", "times", and arguments}.
/// @throws std::runtime_error
Fault FaultFromJson(const nlohmann::json& json);

/// The faults that wait for their call.
class Faults {
 public:
  void Add(Fault fault) { faults_.push_back(std::move(fault)); }
  void Clear() { faults_.clear(); }
  /// Counts a call and returns the fault that hits it.
  std::optional<Fault> Next(const std::string& vendor,
                            const std::string& endpoint);

 private:
  std::vector<Fault> faults_;
};

/// The body after the fault's change of content; for kinds that have none the
/// body itself.
std::string SpoiltBody(const Fault& fault, const std::string& body);

}  // namespace stage::vendors
