#pragma once

#include <set>
#include <string>
#include <vector>

#include "remote/vendor.h"

/// Renders and variations at Virtual Staging AI, and how a lost order is found
/// among them.
namespace stage::remote::vsai {

/// The variations in an answer about a render: a list, or a page of one.
const nlohmann::json& VariationsOf(const nlohmann::json& render);

/// Every variation of the order's render, page by page.
std::vector<nlohmann::json> AllVariations(const OrderContext& context);

/// True for what the order asked for, false for by-products such as the
/// emptied room under a staged one.
bool IsAskedFor(const OrderContext& context, const nlohmann::json& variation);

/// Looks for an order whose answer was lost: among the renders made since it
/// left, or the variations added to its render. Looks twice before it is
/// believed not to have been taken.
Recovery FindAgain(OrderContext& context,
                   const std::set<std::string>& known_ids);

}  // namespace stage::remote::vsai
