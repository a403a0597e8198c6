#include "engine/render/sampler.h"

namespace stage::engine {
namespace {

uint32_t SpreadBits(uint32_t v) {
  v &= 0xffffu;
  v = (v | v << 8) & 0x00ff00ffu;
  v = (v | v << 4) & 0x0f0f0f0fu;
  v = (v | v << 2) & 0x33333333u;
  v = (v | v << 1) & 0x55555555u;
  return v;
}

}  // namespace

uint32_t HashBits(uint32_t a, uint32_t b) {
  return HashBits(a ^ (HashBits(b) + 0x9e3779b9u + (a << 6) + (a >> 2)));
}

uint32_t MortonIndex(uint32_t x, uint32_t y) {
  return SpreadBits(x) | SpreadBits(y) << 1;
}

}  // namespace stage::engine
