"""Many at once: threads that place, confirm and release on a few hot groups while runs are published, on both stores."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

from tests import earmarking
from tests.earmarking import BANK, State

WORKERS, DEALS = 8, 12
PARTIES = [f"P{n}" for n in range(6)]
WHOLE = State(
    dict.fromkeys(PARTIES, 5_00), {party: f"G{n % 2}" for n, party in enumerate(PARTIES)}, 300_00, 500_00
)
SPLIT = State(
    dict.fromkeys(PARTIES, 4_00), {party: f"G{n % 3}" for n, party in enumerate(PARTIES)}, 300_00, 500_00
)


def hammer(desk, worker):
    """What a worker left counting: obligor and amount in minor units, by earmark."""
    draw, kept = Random(worker), {}
    for n in range(DEALS):
        earmark_id, party, amount = f"{worker}-{n}", draw.choice(PARTIES), draw.randint(1, 20_00)
        if not desk.place(earmark_id, party, f"{amount / 100:.2f}").is_new:
            continue
        choice = draw.random()
        if choice < 0.4:
            assert desk.release(earmark_id).outcome == "released"
        elif choice < 0.7:
            part = draw.randint(1, amount)
            assert desk.confirm(earmark_id, f"{part / 100:.2f}").outcome == "confirmed"
            kept[earmark_id] = party, part
        else:
            kept[earmark_id] = party, amount
    return kept


def publish(desk, _):
    return [desk.publish(SPLIT if n % 2 == 0 else WHOLE).outcome for n in range(6)]


def test_totals_are_exact_and_no_limit_is_passed_whatever_happens_at_once(store_place):
    with earmarking.desk(store_place, WHOLE) as desk, ThreadPoolExecutor(WORKERS + 1) as pool:
        publishing = pool.submit(publish, desk, None)
        workers = [pool.submit(hammer, desk, worker) for worker in range(WORKERS)]
        # Each wait has an end: a deadlock would show as a failure, not as a standstill.
        assert set(publishing.result(timeout=120)) == {"published"}
        kept = {name: each for worker in workers for name, each in worker.result(timeout=120).items()}
        expected = {}
        for party, amount in kept.values():
            for line in WHOLE.lines(party):
                expected[line] = expected.get(line, 0) + amount
        assert desk.earmarked() == expected
        assert expected[BANK] + 30_00 <= WHOLE.bank_limit


def test_of_many_who_want_the_last_room_as_many_get_it_as_it_holds(store_place):
    # 100 less 10 owed hold nine deals of 10.
    with earmarking.desk(store_place, State({"A": 10_00})) as desk, ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda n: desk.place(f"E{n}", "A", "10.00").outcome, range(40)))
        assert sorted(set(answers)) == ["limit_broken", "placed"]
        assert answers.count("placed") == 9
        assert desk.on("A") == 90_00


def test_one_id_sent_many_times_at_once_is_placed_once(store_place):
    with earmarking.desk(store_place, State({"A": 10_00})) as desk, ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda _: desk.place("E1", "A", "10.00"), range(24)))
        assert {each.outcome for each in answers} == {"placed"}
        assert sum(each.is_new for each in answers) == 1
        assert desk.on("A") == 10_00


def test_of_two_who_end_one_earmark_at_once_one_does(store_place):
    with earmarking.desk(store_place, State({"A": 10_00})) as desk, ThreadPoolExecutor(WORKERS) as pool:
        for n in range(6):
            desk.place(f"E{n}", "A", "1.00")
        ends = [(desk.confirm, desk.release)[n % 2] for n in range(24)]
        answers = list(pool.map(lambda n: ends[n](f"E{n // 4}"), range(24)))
        assert sum(each.is_new for each in answers) == 6
        states = [desk.confirm(f"E{n}").earmark.state for n in range(6)]
        assert desk.on("A") == 1_00 * states.count("confirmed")
