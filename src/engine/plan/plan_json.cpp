#include <cmath>
#include <numbers>

#include "core/error.h"
#include "engine/plan/material_json.h"
#include "engine/plan/plan.h"

namespace stage::engine {
namespace {

using nlohmann::json;

constexpr double kDegrees = 180 / std::numbers::pi;

json VectorJson(const Eigen::Vector3d& vector) {
  return {vector.x(), vector.y(), vector.z()};
}

[[noreturn]] void Wrong(const std::string& where, const std::string& why) {
  throw Error(ErrorKind::kInput, "plan: '" + where + "' " + why);
}

const json& Need(const json& object,
                 const std::string& key,
                 const std::string& where) {
  if (!object.is_object() || !object.contains(key)) {
    Wrong(where + key, "is missing");
  }
  return object.at(key);
}

Eigen::Vector3d ReadVector(const json& value, const std::string& where) {
  if (!value.is_array() || value.size() != 3) {
    Wrong(where, "must be three numbers in metres");
  }
  Eigen::Vector3d vector;
  for (int i = 0; i < 3; ++i) {
    if (!value[i].is_number()) Wrong(where, "must be three numbers in metres");
    vector[i] = value[i];
    if (!std::isfinite(vector[i]) || std::abs(vector[i]) > 1000) {
      Wrong(where, "is out of range");
    }
  }
  return vector;
}

Placement ReadPlacement(const json& entry, const std::string& where) {
  Placement placement;
  const json& piece = Need(entry, "piece", where);
  if (!piece.is_string()) Wrong(where + "piece", "must be a catalogue id");
  placement.piece = piece;
  placement.role = entry.value("role", "");
  placement.position =
      ReadVector(Need(entry, "position", where), where + "position");
  const json yaw = entry.value("yaw_deg", json(0));
  if (!yaw.is_number()) Wrong(where + "yaw_deg", "must be a number of degrees");
  placement.yaw = yaw.get<double>() / kDegrees;
  if (entry.contains("size")) {
    placement.size = ReadVector(entry["size"], where + "size");
    if (placement.size.minCoeff() < 0) Wrong(where + "size", "is negative");
  }
  for (const json& one : entry.value("overrides", json::array())) {
    placement.overrides.push_back(OverrideFromJson(one));
  }
  placement.parameters = entry.value("parameters", json::object());
  if (!placement.parameters.is_object()) {
    Wrong(where + "parameters", "must be an object");
  }
  return placement;
}

}  // namespace

json PlanToJson(const Plan& plan) {
  json placements = json::array();
  for (const Placement& placement : plan.placements) {
    json overrides = json::array();
    for (const MaterialOverride& one : placement.overrides) {
      overrides.push_back(OverrideToJson(one));
    }
    placements.push_back({{"piece", placement.piece},
                          {"role", placement.role},
                          {"position", VectorJson(placement.position)},
                          {"yaw_deg", placement.yaw * kDegrees},
                          {"size", VectorJson(placement.size)},
                          {"overrides", overrides},
                          {"parameters", placement.parameters}});
  }
  return {{"schema", 1},
          {"room", plan.room},
          {"style", plan.style},
          {"seed", plan.seed},
          {"variant", plan.variant},
          {"score", plan.score},
          {"notes", plan.notes},
          {"placements", placements}};
}

Plan PlanFromJson(const json& document) {
  if (!document.is_object()) Wrong("(file)", "must be a JSON object");
  try {
    Plan plan;
    if (document.value("schema", 1) != 1) Wrong("schema", "must be 1");
    plan.room = document.value("room", "");
    plan.style = document.value("style", "");
    plan.seed = document.value("seed", uint64_t{0});
    plan.variant = document.value("variant", 0);
    plan.score = document.value("score", 0.0);
    plan.notes = document.value("notes", std::vector<std::string>{});
    const json& placements = Need(document, "placements", "");
    if (!placements.is_array()) Wrong("placements", "must be a list");
    for (size_t i = 0; i < placements.size(); ++i) {
      plan.placements.push_back(ReadPlacement(
          placements[i], "placements[" + std::to_string(i) + "]."));
    }
    return plan;
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kInput, std::string("plan: ") + error.what());
  }
}

}  // namespace stage::engine
