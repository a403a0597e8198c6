#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace stage::models {

/// Where a network's weights are while it is not in use.
enum class Residence {
  kStays,         ///< in memory, from the beginning on
  kComesAndGoes,  ///< in its mapped file, which takes a second to come from
};

/// A network that is read when it is first asked for and, once let go, when it
/// is asked for again. Not thread-safe.
/// @tparam Network  a module holder
template <typename Network>
class OnDemand {
 public:
  using Read = std::function<Network()>;
  using Change = std::function<void(Network&)>;

  OnDemand() = default;
  /// One that stays.
  explicit OnDemand(Network network) : network_(std::move(network)) {}
  OnDemand(Read read, Residence residence) : read_(std::move(read)) {
    if (residence == Residence::kComesAndGoes) return;
    network_ = read_();
    read_ = nullptr;
  }

  /// @throws Error(kModel)
  Network& Get() {
    if (!network_.is_empty()) return network_;
    Network fresh = read_();
    for (const Change& change : changes_) change(fresh);
    network_ = std::move(fresh);
    return network_;
  }
  bool IsThere() const { return !network_.is_empty(); }
  auto& operator*() { return *Get(); }
  auto* operator->() { return Get().get(); }

  /// What is done to the network each time that it was read, and at once where
  /// it is there.
  void Prepare(Change change) {
    if (!network_.is_empty()) change(network_);
    changes_.push_back(std::move(change));
  }
  /// Frees its memory, unless it stays.
  void LetGo() {
    if (read_) network_ = nullptr;
  }

 private:
  Network network_ = nullptr;
  Read read_;
  std::vector<Change> changes_;
};

}  // namespace stage::models
