#pragma once

#include <string>
#include <vector>

#include "remote/vendor.h"

namespace stage::remote::vsai {

bool IsDusk(const OrderContext& context);

/// What the order asks for, as the vendor's `config`.
nlohmann::json ConfigOf(const OrderContext& context);

/// A render that this order adds variations to; empty: a new one.
std::string EarlierRender(const OrderContext& context);

/// The field that holds the orders of a bulk request; empty: single requests.
std::string BulkList(const OrderContext& context);

/// A config and how many variations of it an order asks for.
struct Wish {
  nlohmann::json config;
  int count = 1;
};

/// One, or one for each of several styles.
std::vector<Wish> WishesOf(const OrderContext& context);

/// The words that say whether two configs ask for the same: what we send, and
/// the vendor may send back with more.
std::string Essence(const nlohmann::json& config);

/// The essence of each variation that an order asks for, sorted.
std::vector<std::string> Essences(const OrderContext& context);

}  // namespace stage::remote::vsai
