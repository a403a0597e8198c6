#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vendors/server/field_table.h"
#include "vendors/server/refusal.h"
#include "vendors/server/world.h"

namespace stage::vendors {

/// What is sent back.
struct Answer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;
  std::vector<std::string> results;  ///< ids of those that the body carries

  static Answer Json(const nlohmann::json& json, int status = 200) {
    return {status, json.dump()};
  }
};

enum class BodyKind { kNone, kJson, kForm, kRaw, kFormOrJson };

/// One request of a client, checked as far as all vendors agree. Handlers run
/// with the world locked.
struct Call {
  World& world;
  std::unique_lock<std::mutex>& lock;
  std::string vendor;
  std::string endpoint;
  std::vector<std::string> ids;  ///< what stands for each {} of the path
  std::multimap<std::string, std::string> query;
  std::string content_type;  ///< lower case, without parameters
  std::string body;
  nlohmann::json json;  ///< of BodyKind::kJson
  std::vector<FormPart> parts;
  std::optional<Fault> fault;

  bool Has(FaultKind kind) const { return fault && fault->kind == kind; }
  std::optional<std::string> Query(const std::string& name) const;
  /// A query parameter with a number of these bounds.
  /// @throws Refusal 400
  int QueryInteger(const std::string& name,
                   int least,
                   int most,
                   int otherwise) const;
  /// The vendor's word for a state, or one never heard of.
  std::string State(const std::string& word) const {
    return Has(FaultKind::kStatusWord) ? "percolating" : word;
  }
  /// An order of this call, to be filled in and given to World::Accept.
  Render Order(double credits, std::vector<Result> results) const;
  /// The picture of a result, spoilt when that is what the fault asks for.
  std::string ResultBytes(const Result& result) const;
  /// Keeps the client waiting, with the world unlocked.
  void HoldUntil(Clock::time_point when);
};

struct Endpoint {
  std::string_view name;
  std::string_view method;
  std::string_view path;  ///< {} stands for one segment
  BodyKind body = BodyKind::kNone;
  Answer (*handle)(Call&) = nullptr;
  std::vector<std::string_view> query = {};  ///< allowed parameters
};

/// One vendor as the server plays it.
struct VendorTable {
  std::string_view name;
  std::string_view base_path;    ///< what the documented base URL ends with
  std::string_view key_header;   ///< "authorization" or "x-api-key"
  std::string_view key_prefix;   ///< "Bearer ", "Api-Key " or nothing
  std::string_view error_field;  ///< of error bodies
  std::vector<Endpoint> endpoints;
};

VendorTable RoomStackTable();
VendorTable VirtualStagingAiTable();
VendorTable IacreaTable();
VendorTable ReRoomTable();
VendorTable VirtualStagingArtTable();

}  // namespace stage::vendors
