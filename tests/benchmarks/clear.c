/* The clearing rule of sim/kernels/clearing.py in C, for comparison of speed only. Built with cc -O3 by clearing.py.
 * Same order of operations, same tables and the same shortcuts, so that winners, offers and prices must be the same bits; tender after
 * tender, where the kernel names all firms first.
 * The structs are the numpy records of sim/kernels; clearing.py checks their sizes. No fast-math, no threads. */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

typedef uint64_t u64;
typedef int64_t i64;

#ifdef PACKED
#pragma pack(push, 1)
#endif
typedef struct {
    u64 key;
    double rate, log_value, need;
    int32_t buyer, site, subsector, office, reserved, prime;
    bool large, small, certified_only;
} Tender;

typedef struct {
    u64 uid;
    double capability, price, log_price, log_capacity, free, given, known;
    int32_t pot, region, bids, wins;
    bool small, certified, backed;
} Bidder;
#ifdef PACKED
#pragma pack(pop)
#endif

typedef struct {
    double price, quality, trust, certificate, shortfall, site, office, own_experience, least, lead;
} Weights;

/* What the kernel receives: clearing.py fills it by name from the model's own records and arrays. */
typedef struct {
    const Tender *tenders;
    Bidder *bidders;
    double *pots;
    const Weights *weights;
    const bool *presence;
    const float *trust, *deliveries, *good;
    const int32_t *sub_row;
    const u64 *sub_uid;
    const float *sub_trust;
    const u64 *ring_key;
    const i64 *ring_row, *ring_start;
    const int32_t *guide;
    const i64 *incumbent_row;
    const u64 *incumbent_key;
    const i64 *incumbent_start;
    const double *standing, *local_bonus, *travel, *distance, *fit;
    const i64 *names;
    const float *gumbel;
    i64 *winner, *offers;
    double *price, *shared;
    i64 count, regions, buyers, subsectors, slots, guide_size, fit_size;
} Hall;

enum { MAX_NAMES = 16, PROPOSALS = 48, LOOKED_AT = 32, GUIDE_BITS = 12, TABLE_BITS = 12, LUCK_BITS = 26 };
static const u64 BEGIN = 7, POINT = 100, STRIDE = 101;
static const double FIT_REACH = 8.0, FIT_STEPS = 16.0;

i64 tender_size(void) { return sizeof(Tender); }
i64 bidder_size(void) { return sizeof(Bidder); }

static inline u64 mix(u64 x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

static inline u64 combine(u64 key, u64 item) {
    const u64 golden = 0x9E3779B97F4A7C15ULL;
    return mix((key ^ item) * golden + golden);
}

static inline double unit(u64 hashed, int first_bit) {
    return (double)((hashed >> first_bit) & ((1ULL << LUCK_BITS) - 1)) * (1.0 / (1ULL << LUCK_BITS));
}

static inline bool already(const i64 *names, i64 count, i64 row) {
    bool found = false;
    for (i64 a = 0; a < count; a++) found |= names[a] == row;
    return found;
}

static inline double quality_of(const Weights *w, double standing, double deliveries, double good) {
    if (deliveries <= 0.0) return standing;
    double own = deliveries / (deliveries + w->own_experience);
    return own * (good / deliveries) + (1.0 - own) * standing;
}

static inline bool local_to(int32_t region, bool at_site, bool small, int32_t site, int definition) {
    if (definition == 1) return at_site;
    return region == site && (definition == 0 || small);
}

static inline i64 ring_place(const u64 *keys, i64 size, u64 point) {
    i64 low = 0, high = size;
    while (low < high) {
        i64 middle = (low + high) / 2;
        if (keys[middle] < point) low = middle + 1;
        else high = middle;
    }
    return low;
}

static inline bool worthwhile(const Hall *h, const Tender *t, i64 i) {
    return t->log_value - h->bidders[i].log_capacity >= h->weights->least;
}

static i64 incumbents(const Hall *h, const Tender *t, i64 *names) {
    i64 cell = t->buyer * h->subsectors + t->subsector;
    i64 first = h->incumbent_start[cell], size = h->incumbent_start[cell + 1] - first;
    i64 begin = ring_place(h->incumbent_key + first, size, combine(t->key, BEGIN)), count = 0;
    for (i64 step = 0; step < size && step < LOOKED_AT && count < h->names[1]; step++) {
        i64 i = h->incumbent_row[first + (begin + step) % size];
        bool kept = unit(combine(t->key, h->bidders[i].uid), 0) < h->trust[i * h->buyers + t->buyer];
        if (kept && worthwhile(h, t, i)) names[count++] = i;
    }
    return count;
}

static i64 subcontractors(const Hall *h, const Tender *t, i64 *names) {
    i64 count = 0;
    for (i64 slot = 0; slot < h->slots; slot++) {
        i64 at = t->prime * h->slots + slot, i = h->sub_row[at];
        if (i >= 0 && h->bidders[i].uid == h->sub_uid[at] && count < h->names[1] && worthwhile(h, t, i)) names[count++] = i;
    }
    return count;
}

static inline double trust_of_prime(const Hall *h, const Tender *t, const Bidder *b, i64 i) {
    for (i64 slot = 0; slot < h->slots; slot++) {
        i64 at = t->prime * h->slots + slot;
        if (h->sub_row[at] == i && h->sub_uid[at] == b->uid) return h->sub_trust[at];
    }
    return 0.0;
}

static inline double standing_of(const Hall *h, const Tender *t, const Bidder *b, i64 i) {
    i64 pair = i * h->buyers + t->buyer;
    double believed = h->standing[(t->buyer * h->subsectors + t->subsector) * h->regions + b->region];
    return quality_of(h->weights, believed, h->deliveries[pair], h->good[pair]);
}

/* Chance of accepting if quality were perfect. */
static inline double chance_of(const Hall *h, const Tender *t, const Bidder *b, i64 i) {
    const Weights *w = h->weights;
    i64 cell = (i64)((b->log_capacity + (FIT_REACH - t->log_value)) * FIT_STEPS);
    cell = cell < 0 ? 0 : cell;
    cell = cell > h->fit_size - 1 ? h->fit_size - 1 : cell;
    double chance = h->fit[cell] * b->known;
    if (h->presence[i * h->regions + t->site]) chance *= t->small ? w->site * w->site : w->site;
    if (t->large && h->presence[i * h->regions + t->office]) chance *= w->office;
    return chance;
}

static i64 invite_strangers(const Hall *h, const Tender *t, i64 *names, i64 count) {
    i64 first = h->ring_start[t->subsector], last = h->ring_start[t->subsector + 1];
    u64 point = combine(t->key, POINT), stride = combine(t->key, STRIDE) | 1;
    for (i64 attempt = 0; last > first && attempt < PROPOSALS && count < h->names[0]; attempt++) {
        point += stride;
        i64 at = h->guide[t->subsector * h->guide_size + (i64)(point >> (64 - GUIDE_BITS))];
        while (at < last && h->ring_key[at] < point) at++;
        i64 i = h->ring_row[at < last ? at : first];
        const Bidder *b = &h->bidders[i];
        double luck = unit(combine(t->key, b->uid), LUCK_BITS), chance = chance_of(h, t, b, i);
        if (luck >= chance || !worthwhile(h, t, i)) continue;
        double quality = standing_of(h, t, b, i);
        if (luck < chance * quality * quality && i != t->prime && !already(names, count, i)) names[count++] = i;
    }
    return count;
}

/* The part of a bid's score that needs no relation. */
static double score_of(const Hall *h, const Tender *t, const Bidder *b, i64 i, bool at_site, bool certified) {
    const Weights *w = h->weights;
    double local = 0.0;
    for (int definition = 0; definition < 3; definition++) {
        double bonus = h->local_bonus[t->buyer * 3 + definition];
        if (bonus > local && local_to(b->region, at_site, b->small, t->site, definition)) local = bonus;
    }
    double score = local - w->price * b->log_price;
    if (certified) score += w->certificate;
    double gap = t->need - b->capability;
    if (gap > 0.0) score -= w->shortfall * gap;
    score += (double)h->gumbel[combine(t->key, b->uid) >> (64 - TABLE_BITS)];
    return score - h->distance[(t->subsector * h->regions + t->site) * h->regions + (at_site ? t->site : b->region)];
}

static void award(const Hall *h, i64 j, i64 won) {
    const Tender *t = &h->tenders[j];
    Bidder *b = &h->bidders[won];
    i64 from = h->presence[won * h->regions + t->site] ? t->site : b->region;
    h->price[j] = b->price * h->travel[(t->subsector * h->regions + t->site) * h->regions + from];
    double kept = b->free > 0.0 ? b->free : 0.0, pooled = t->rate - kept > 0.0 ? t->rate - kept : 0.0;
    b->wins++;
    b->free -= t->rate - pooled;
    if (pooled > 0.0) {
        double own = fmin(fmin(b->given, h->pots[b->pot]), pooled);
        b->given -= own;
        h->pots[b->pot] -= pooled;
        h->shared[j] = pooled - own;
    }
}

void clear_tenders(const Hall *h) {
    const Weights *w = h->weights;
    i64 names[MAX_NAMES];
    for (i64 j = 0; j < h->count; j++) {
        const Tender *t = &h->tenders[j];
        i64 count = invite_strangers(h, t, names, t->prime >= 0 ? subcontractors(h, t, names) : incumbents(h, t, names));
        i64 best = -1, best_local = -1, bids = 0;
        double top = -1e30, top_local = -1e30;
        for (i64 a = 0; a < count; a++) {
            i64 i = names[a];
            Bidder *b = &h->bidders[i];
            double pot = b->pot >= 0 ? h->pots[b->pot] : 0.0;
            double own = b->free + fmin(b->given, pot);
            bool certified = b->certified || (b->backed && t->rate > own);
            if ((t->certified_only && !certified) || b->free + pot < t->rate || own < w->lead * t->rate || i == t->prime) continue;
            bids++;
            b->bids++;
            bool at_site = h->presence[i * h->regions + t->site];
            double score = score_of(h, t, b, i, at_site, certified);
            if (score + w->trust + w->quality <= (t->reserved < 0 ? top : top_local)) continue;
            score += w->trust * (t->prime < 0 ? h->trust[i * h->buyers + t->buyer] : trust_of_prime(h, t, b, i));
            score += w->quality * standing_of(h, t, b, i);
            if (score > top) { best = i; top = score; }
            if (t->reserved >= 0 && score > top_local && local_to(b->region, at_site, b->small, t->site, t->reserved)) {
                best_local = i;
                top_local = score;
            }
        }
        i64 won = best_local >= 0 ? best_local : best;
        h->winner[j] = won;
        h->offers[j] = bids;
        if (won >= 0) award(h, j, won);
    }
}
