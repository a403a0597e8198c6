#pragma once

#include <vector>

#include "engine/catalogue/procedural/generator.h"

namespace stage::engine::procedural {

// One function a group of pieces; procedural_pieces.cpp lists them all.
void AppendBathPieces(std::vector<Generator>& generators);
void AppendBeds(std::vector<Generator>& generators);
void AppendBottlesAndFruit(std::vector<Generator>& generators);
void AppendCases(std::vector<Generator>& generators);
void AppendArmchairs(std::vector<Generator>& generators);
void AppendChairs(std::vector<Generator>& generators);
void AppendDecor(std::vector<Generator>& generators);
void AppendDesks(std::vector<Generator>& generators);
void AppendFlowers(std::vector<Generator>& generators);
void AppendHallPieces(std::vector<Generator>& generators);
void AppendKidsPieces(std::vector<Generator>& generators);
void AppendKitchenIslands(std::vector<Generator>& generators);
void AppendLamps(std::vector<Generator>& generators);
void AppendNightstands(std::vector<Generator>& generators);

void AppendOttomans(std::vector<Generator>& generators);
void AppendOutdoorPieces(std::vector<Generator>& generators);
void AppendPlants(std::vector<Generator>& generators);
void AppendRugs(std::vector<Generator>& generators);
void AppendSofas(std::vector<Generator>& generators);
void AppendWallClocks(std::vector<Generator>& generators);
void AppendWallPieces(std::vector<Generator>& generators);
void AppendTables(std::vector<Generator>& generators);

}  // namespace stage::engine::procedural
